// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import dev.npipe.channel.NamedPipeAddress;
import dev.npipe.channel.NamedPipeChannel;
import dev.npipe.channel.NamedPipeServerChannel;
import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.vertx.core.spi.transport.Transport;
import java.net.SocketAddress;
import java.util.regex.Pattern;

/**
 * Channels for paths: a pipe's for the path of a pipe, the platform's for every other.
 *
 * <p>Vert.x asks for a channel factory before it shows the address, and has the factory make the channel right after
 * the address was converted, on the same thread: {@code bootstrap.connect(transport.convert(address))}, and likewise
 * for bind. So each conversion is remembered for its thread until the channel is made.
 */
final class DomainChannels {

  private static final Pattern PIPE =
      Pattern.compile("npipe:.*|\\\\\\\\.*|[/\\\\]{2}[^/\\\\]+[/\\\\]pipe(?:[/\\\\].*)?", Pattern.CASE_INSENSITIVE
          | Pattern.DOTALL);

  private final Transport platform;
  private final EndpointOptions options;
  private final SharedNames names = new SharedNames();
  private final ThreadLocal<SocketAddress> converted = new ThreadLocal<>();

  DomainChannels(Transport platform, EndpointOptions options) {
    this.platform = platform;
    this.options = options;
  }

  /** An address that cannot be used. Throwing on conversion would leave Vert.x with a server that half listens. */
  private static final class Refused extends SocketAddress {

    private static final long serialVersionUID = 1L;

    private final String path;
    private final RuntimeException cause;

    Refused(String path, RuntimeException cause) {
      this.path = path;
      this.cause = cause;
    }

    @Override
    public String toString() {
      return path;
    }
  }

  static boolean isPipe(String path) {
    return PIPE.matcher(path).matches();
  }

  SocketAddress convert(io.vertx.core.net.SocketAddress address) {
    SocketAddress target;
    try {
      target = isPipe(address.path()) ? NamedPipeAddress.of(address.path()) : platform.convert(address);
    } catch (RuntimeException e) {
      target = new Refused(address.path(), e);
    }
    converted.set(target);
    return target;
  }

  Channel newChannel() {
    SocketAddress remote = take();
    if (!(remote instanceof NamedPipeAddress)) {
      return platform.channelFactory(true).newChannel();
    }
    NamedPipeChannel channel = new NamedPipeChannel();
    options.apply((NamedPipeAddress) remote, channel.config());
    return channel;
  }

  ServerChannel newServerChannel() {
    SocketAddress local = take();
    if (!(local instanceof NamedPipeAddress)) {
      return platform.serverChannelFactory(true).newChannel();
    }
    NamedPipeServerChannel channel = new NamedPipeServerChannel();
    options.apply((NamedPipeAddress) local, channel.config());
    channel.pipeline().addLast(new ListeningHandler(names, options.linger((NamedPipeAddress) local)));
    return channel;
  }

  private SocketAddress take() {
    SocketAddress target = converted.get();
    converted.remove();
    if (target instanceof Refused) {
      throw ((Refused) target).cause;
    }
    if (target == null) {
      throw new IllegalStateException("A channel was asked for whose address was not converted before on this thread;"
          + " the named pipe transport does not know this version of Vert.x");
    }
    return target;
  }
}
