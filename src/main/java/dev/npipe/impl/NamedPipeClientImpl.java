// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.NamedPipeClient;
import dev.npipe.NamedPipeClientOptions;
import dev.npipe.NamedPipeSocket;
import dev.npipe.channel.NamedPipeAddress;
import io.vertx.core.Closeable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.TcpClientConfig;
import io.vertx.core.spi.metrics.Metrics;
import io.vertx.core.spi.metrics.MetricsProvider;
import io.vertx.core.spi.metrics.TransportMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A client: its connects in progress and its sockets.
 */
public final class NamedPipeClientImpl implements NamedPipeClient, MetricsProvider {

  private final VertxInternal vertx;
  private final NamedPipeClientOptions options;
  private final PipeChannels channels;
  private final TransportMetrics<?> metrics;
  private final ConnectionSet connections = new ConnectionSet();
  private final Closeable closeHook = completion ->
      shutdownAll(Duration.ZERO).<Void>otherwiseEmpty().onComplete(completion);
  private final CloseFuture owner;

  // Guarded by this.
  private final Set<PipeConnector> connecting = new HashSet<>();
  private boolean closed;

  /**
   * Creates a client.
   *
   * @param vertx the Vert.x instance
   * @param options the options, which are copied
   */
  public NamedPipeClientImpl(Vertx vertx, NamedPipeClientOptions options) {
    this(vertx, options, PipeChannels.SYSTEM);
  }

  NamedPipeClientImpl(Vertx vertx, NamedPipeClientOptions options, PipeChannels channels) {
    this.vertx = (VertxInternal) vertx;
    this.options = new NamedPipeClientOptions(options);
    this.channels = channels;
    this.metrics = newMetrics(this.vertx.metrics(), options);
    ContextInternal context = this.vertx.getContext();
    this.owner = context != null ? context.closeFuture() : this.vertx.closeFuture();
    this.closed = !owner.add(closeHook);
  }

  private static TransportMetrics<?> newMetrics(VertxMetrics provider, NamedPipeClientOptions options) {
    if (provider == null) {
      return null;
    }
    TcpClientConfig config = new TcpClientConfig();
    config.setMetricsName(options.getMetricsName());
    return provider.createTcpClientMetrics(config, null);
  }

  @Override
  public Future<NamedPipeSocket> connect(String name) {
    NamedPipeAddress address = NamedPipeAddress.of(name);
    ContextInternal context = vertx.getOrCreateContext();
    Promise<NamedPipeSocketImpl> connected = Promise.promise();
    PipeConnector connector = new PipeConnector(context, address, options, channels, metrics, connected);
    synchronized (this) {
      if (closed) {
        return context.failedFuture(clientClosed());
      }
      connecting.add(connector);
    }
    Future<NamedPipeSocket> socket = context.future(promise -> connected.future().onComplete(done -> {
      forget(connector);
      if (done.failed()) {
        promise.fail(done.cause());
      } else if (connections.add(done.result())) {
        done.result().onClose(() -> connections.remove(done.result()));
        promise.complete(done.result());
      } else {
        done.result().close();
        promise.fail(clientClosed());
      }
    }));
    connector.start();
    return socket;
  }

  private static IllegalStateException clientClosed() {
    return new IllegalStateException("The client is closed");
  }

  private synchronized void forget(PipeConnector connector) {
    connecting.remove(connector);
  }

  @Override
  public Future<Void> shutdown(Duration timeout) {
    Duration grace = Timeouts.checkGrace(timeout);
    return vertx.getOrCreateContext().future(promise -> shutdownAll(grace).onComplete(promise));
  }

  private Future<Void> shutdownAll(Duration timeout) {
    List<PipeConnector> abandoned;
    boolean first;
    synchronized (this) {
      first = !closed;
      closed = true;
      abandoned = new ArrayList<>(connecting);
    }
    for (PipeConnector connector : abandoned) {
      connector.cancel(clientClosed());
    }
    Future<Void> ended = connections.shutdown(timeout);
    return first ? ended.onComplete(done -> ended()) : ended;
  }

  private void ended() {
    owner.remove(closeHook);
    if (metrics != null) {
      metrics.close();
    }
  }

  @Override
  public boolean isMetricsEnabled() {
    return metrics != null;
  }

  @Override
  public Metrics getMetrics() {
    return metrics;
  }
}
