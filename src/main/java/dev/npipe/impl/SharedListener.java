// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.NamedPipeServerOptions;
import dev.npipe.channel.AcceptCounts;
import dev.npipe.channel.NamedPipeAddress;
import dev.npipe.channel.NamedPipeChannel;
import dev.npipe.channel.NamedPipeServerChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpServerConfig;
import io.vertx.core.spi.metrics.TransportMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * One listening channel, and the servers that share it: clients go to them in turn.
 */
final class SharedListener {

  private static final Logger LOG = LoggerFactory.getLogger(SharedListener.class);

  private final VertxInternal vertx;
  private final NamedPipeAddress address;

  // Changed under the lock of the registry, read by any thread.
  private final List<ListeningServer> members = new CopyOnWriteArrayList<>();

  // Completed once, by the channel's event loop.
  private final Promise<Void> bound = Promise.promise();
  private final Promise<Void> closed = Promise.promise();

  // Written before bound completes.
  private volatile NamedPipeServerChannel channel;
  private volatile TransportMetrics<?> metrics;

  // Set under the lock of the registry when the last server leaves, and by the event loop when the channel ends by
  // itself: who joins in that moment is told by bound.
  private volatile boolean closing;

  // The channel's event loop only.
  private int next;

  SharedListener(VertxInternal vertx, NamedPipeAddress address) {
    this.vertx = vertx;
    this.address = address;
  }

  NamedPipeAddress address() {
    return address;
  }

  TransportMetrics<?> metrics() {
    return metrics;
  }

  AcceptCounts acceptCounts() {
    return channel.acceptCounts();
  }

  Future<Void> bound() {
    return bound.future();
  }

  /** Completes when this process holds the name no more; on Windows clients of before may for a while. */
  Future<Void> closed() {
    return closed.future();
  }

  boolean isClosed() {
    return closed.future().isComplete();
  }

  boolean isClosing() {
    return closing;
  }

  void add(ListeningServer member) {
    members.add(member);
  }

  /** Removes a server; says whether it was the last. */
  boolean remove(ListeningServer member) {
    members.remove(member);
    return members.isEmpty();
  }

  /** Opens the channel, with the options of the first server. */
  void open(PipeChannels channels, NamedPipeServerOptions options) {
    NamedPipeServerChannel created;
    try {
      created = channels.newServer();
      ServerChannelConfiguration.apply(options, created.config());
    } catch (RuntimeException | LinkageError e) {
      fail(e);
      closed.complete();
      return;
    }
    channel = created;
    created.pipeline().addLast(new Acceptor());
    vertx.acceptorEventLoopGroup().next().register(created).addListener((ChannelFuture registered) -> {
      if (registered.isSuccess()) {
        created.closeFuture().addListener(done -> ended());
        bind(options);
      } else {
        ((Channel) created).unsafe().closeForcibly();
        fail(registered.cause());
        closed.complete();
      }
    });
  }

  private void bind(NamedPipeServerOptions options) {
    channel.bind(address).addListener(done -> {
      Throwable failure = done.cause();
      if (failure == null) {
        try {
          metrics = newMetrics(options);
        } catch (RuntimeException | Error e) {
          // Somebody else's code: whoever listens must be told all the same.
          failure = e;
        }
      }
      if (failure == null) {
        bound.complete();
      } else {
        fail(failure);
        channel.close();
      }
    });
  }

  private TransportMetrics<?> newMetrics(NamedPipeServerOptions options) {
    VertxMetrics provider = vertx.metrics();
    if (provider == null) {
      return null;
    }
    TcpServerConfig config = new TcpServerConfig();
    config.setMetricsName(options.getMetricsName());
    return provider.createTcpServerMetrics(config, null, SocketAddress.domainSocketAddress(address.path()));
  }

  private void fail(Throwable cause) {
    closing = true;
    bound.tryFail(cause);
  }

  private void ended() {
    closing = true;
    bound.tryFail(new IllegalStateException("The listening channel was closed: " + address));
    try {
      TransportMetrics<?> created = metrics;
      if (created != null) {
        created.close();
      }
    } finally {
      closed.complete();
    }
  }

  /** Stops listening. */
  void close() {
    closing = true;
    channel.close();
  }

  /** Hands clients over. */
  private final class Acceptor extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      NamedPipeChannel client = (NamedPipeChannel) message;
      Object[] servers = members.toArray();
      if (servers.length == 0) {
        ((Channel) client).unsafe().closeForcibly();
        return;
      }
      next = (next + 1) % servers.length;
      ((ListeningServer) servers[next]).accept(client, metrics);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      boolean handled = false;
      for (ListeningServer member : members) {
        handled |= member.acceptFailed(cause);
      }
      if (!handled) {
        LOG.error(cause.getMessage(), LOG.isDebugEnabled() ? cause : null);
      }
    }
  }
}
