// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import dev.npipe.channel.NamedPipeAddress;
import dev.npipe.channel.NamedPipeChannel;
import dev.npipe.channel.NamedPipeServerChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.spi.transport.Transport;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.regex.Pattern;

/**
 * Channels for addresses: a pipe's for the path of a pipe and for a host that was made of one, the platform's for every
 * other.
 *
 * <p>Vert.x asks for a channel factory before it shows the address, and has the factory make the channel right after
 * the address was converted, on the same thread: {@code bootstrap.connect(transport.convert(address))}, and likewise
 * for bind. So each conversion is remembered for its thread until the channel is made, or another factory asked for.
 */
final class ChannelsByAddress {

  private static final Pattern PIPE =
      Pattern.compile("npipe:.*|\\\\\\\\.*|[/\\\\]{2}[^/\\\\]+[/\\\\]pipe(?:[/\\\\].*)?", Pattern.CASE_INSENSITIVE
          | Pattern.DOTALL);

  private final Transport platform;
  private final EndpointOptions options;
  private final SharedNames names = new SharedNames();
  private final ThreadLocal<SocketAddress> converted = new ThreadLocal<>();
  private final ThreadLocal<Bootstrap> preparing = new ThreadLocal<>();

  ChannelsByAddress(Transport platform, EndpointOptions options) {
    this.platform = platform;
    this.options = options;
  }

  static boolean isPipe(String path) {
    return PIPE.matcher(path).matches();
  }

  SocketAddress convert(io.vertx.core.net.SocketAddress address) {
    SocketAddress target;
    try {
      target = pipeOr(address);
    } catch (RuntimeException e) {
      target = new RefusedAddress(address.toString(), e);
    }
    converted.set(target);
    return target;
  }

  private SocketAddress pipeOr(io.vertx.core.net.SocketAddress address) {
    if (address.isDomainSocket()) {
      return isPipe(address.path()) ? NamedPipeAddress.of(address.path()) : platform.convert(address);
    }
    NamedPipeAddress pipe = PipeHost.find(address.host());
    return pipe != null ? pipe : platform.convert(address);
  }

  /** A connect is being prepared on this thread; the factory that is asked for next is for it. */
  void prepare(Bootstrap bootstrap) {
    preparing.set(bootstrap);
  }

  ChannelFactory<Channel> factory(boolean domainSocket) {
    converted.remove();
    Bootstrap bootstrap = preparing.get();
    preparing.remove();
    return () -> {
      SocketAddress remote = take(domainSocket);
      if (bootstrap != null && hasNothingToResolve(remote)) {
        // Else Vert.x's resolver for names of hosts would open a socket on this event loop, and keep it open, and the
        // loop could not wait at its completion port any more.
        bootstrap.disableResolver();
      }
      return remote instanceof NamedPipeAddress
          ? newPipe((NamedPipeAddress) remote)
          : platform.channelFactory(domainSocket).newChannel();
    };
  }

  private static boolean hasNothingToResolve(SocketAddress remote) {
    return remote instanceof NamedPipeAddress
        || remote instanceof InetSocketAddress && !((InetSocketAddress) remote).isUnresolved();
  }

  private Channel newPipe(NamedPipeAddress remote) {
    NamedPipeChannel channel = new NamedPipeChannel();
    options.apply(remote, channel.config());
    return channel;
  }

  ChannelFactory<ServerChannel> serverFactory(boolean domainSocket) {
    converted.remove();
    return () -> {
      SocketAddress local = take(domainSocket);
      return local instanceof NamedPipeAddress
          ? newPipeServer((NamedPipeAddress) local)
          : platform.serverChannelFactory(domainSocket).newChannel();
    };
  }

  private ServerChannel newPipeServer(NamedPipeAddress local) {
    NamedPipeServerChannel channel = new NamedPipeServerChannel();
    options.apply(local, channel.config());
    // Whoever listens from a context is made the channel for there.
    ContextInternal listening = ContextInternal.current();
    channel.pipeline().addLast(new ListeningHandler(names, options.linger(local),
        options.verification(local, listening == null ? null : listening.unwrap())));
    return channel;
  }

  private SocketAddress take(boolean domainSocket) {
    SocketAddress target = converted.get();
    converted.remove();
    if (target instanceof RefusedAddress) {
      throw ((RefusedAddress) target).cause();
    }
    if (target == null && domainSocket) {
      throw new IllegalStateException("A channel was asked for whose address was not converted before on this thread;"
          + " the named pipe transport does not know this version of Vert.x");
    }
    return target;
  }
}
