// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.vertx.core.net.SocketAddress;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Refuses the paths of pipes for a platform that would take them for those of Unix domain sockets. As for
 * {@link ChannelsByAddress}, what was converted is remembered for its thread until the channel is made.
 */
final class PipePaths {

  /** Of forms that no file has. What begins with two slashes and a name may be a file, where there are no pipes. */
  private static final Pattern PIPE = Pattern.compile(
      "npipe:.*|[/\\\\]{2}[.?][/\\\\]pipe[/\\\\].*|\\\\\\\\[^/\\\\]+\\\\pipe\\\\.*",
      Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private final ThreadLocal<RefusedAddress> refused = new ThreadLocal<>();

  java.net.SocketAddress convert(SocketAddress address, Function<SocketAddress, java.net.SocketAddress> platform) {
    if (!address.isDomainSocket()) {
      return platform.apply(address);
    }
    refused.remove();
    if (!PIPE.matcher(address.path()).matches()) {
      return platform.apply(address);
    }
    RefusedAddress refusal = new RefusedAddress(address.path(), new IllegalStateException(address.path()
        + " is the path of a pipe, and this Vert.x has no transport for pipes: " + NamedPipeTransport.HOW_TO_BUILD));
    refused.set(refusal);
    return refusal;
  }

  /** Makes the platform's channels, but none for an address that was refused. */
  <C extends Channel> ChannelFactory<C> factory(boolean domainSocket, ChannelFactory<C> platform) {
    if (!domainSocket) {
      return platform;
    }
    refused.remove();
    return () -> {
      RefusedAddress address = refused.get();
      refused.remove();
      if (address != null) {
        throw address.cause();
      }
      return platform.newChannel();
    };
  }
}
