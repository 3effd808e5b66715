// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.NamedPipeServer;
import dev.npipe.NamedPipeServerOptions;
import dev.npipe.NamedPipeSocket;
import dev.npipe.channel.AcceptCounts;
import dev.npipe.channel.NamedPipeAddress;
import dev.npipe.channel.PeerIdentity;
import dev.npipe.channel.PeerVerification;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.metrics.Metrics;
import io.vertx.core.spi.metrics.MetricsProvider;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A server as its user sees it. What listens is a {@link ListeningServer}, one for each time.
 */
public final class NamedPipeServerImpl implements NamedPipeServer, MetricsProvider {

  private final VertxInternal vertx;
  private final NamedPipeServerOptions options;
  private final PipeChannels channels;

  private final AtomicLong refusedPeers = new AtomicLong();

  // Guarded by this.
  private Handler<NamedPipeSocket> connectHandler;
  private Handler<Throwable> exceptionHandler;
  private Function<PeerIdentity, Future<Boolean>> peerVerifier;
  private ListeningServer listening;

  /**
   * Creates a server.
   *
   * @param vertx the Vert.x instance
   * @param options the options, which are copied
   */
  public NamedPipeServerImpl(Vertx vertx, NamedPipeServerOptions options) {
    this(vertx, options, PipeChannels.SYSTEM);
  }

  NamedPipeServerImpl(Vertx vertx, NamedPipeServerOptions options, PipeChannels channels) {
    this.vertx = (VertxInternal) vertx;
    this.options = new NamedPipeServerOptions(options);
    this.channels = channels;
    this.peerVerifier = options.getPeerVerifier();
  }

  @Override
  public synchronized NamedPipeServer connectHandler(Handler<NamedPipeSocket> handler) {
    requireNotListening();
    connectHandler = handler;
    return this;
  }

  @Override
  public synchronized NamedPipeServer exceptionHandler(Handler<Throwable> handler) {
    requireNotListening();
    exceptionHandler = handler;
    return this;
  }

  @Override
  public synchronized NamedPipeServer peerVerifier(Function<PeerIdentity, Future<Boolean>> verifier) {
    requireNotListening();
    peerVerifier = verifier;
    return this;
  }

  @Override
  public long refusedPeers() {
    return refusedPeers.get();
  }

  private PeerVerification verification(ContextInternal context) {
    return peerVerifier == null ? null
        : ServerVerification.of(peerVerifier, context, options.getPeerVerifierTimeout(), refusedPeers);
  }

  private void requireNotListening() {
    if (listening != null) {
      throw new IllegalStateException("The server is listening on " + listening.address());
    }
  }

  @Override
  public Future<NamedPipeServer> listen(String name) {
    NamedPipeAddress address = NamedPipeAddress.of(name);
    if (!address.isLocal()) {
      throw new IllegalArgumentException("A server can listen on this machine only, not on " + address);
    }
    ContextInternal context = vertx.getOrCreateContext();
    ListeningServer server;
    synchronized (this) {
      requireNotListening();
      if (connectHandler == null) {
        throw new IllegalStateException("The server has no connect handler");
      }
      server = new ListeningServer(context, address, options, connectHandler, exceptionHandler,
          verification(context));
      listening = server;
    }
    server.ended().onComplete(done -> ended(server));
    if (!context.closeFuture().add(server)) {
      ended(server);
      return context.failedFuture(new IllegalStateException("The context that listens is closed"));
    }
    Future<SharedListener> started = server.start(channels);
    return context.future(promise -> started.onComplete(done -> {
      if (done.succeeded()) {
        promise.complete(this);
      } else {
        ended(server);
        promise.fail(done.cause());
      }
    }));
  }

  @Override
  public synchronized String path() {
    return listening == null ? null : listening.address().path();
  }

  @Override
  public synchronized AcceptCounts acceptCounts() {
    return listening == null ? null : listening.acceptCounts();
  }

  @Override
  public Future<Void> shutdown(Duration timeout) {
    Duration grace = Timeouts.checkGrace(timeout);
    ContextInternal context = vertx.getOrCreateContext();
    ListeningServer server;
    synchronized (this) {
      server = listening;
    }
    if (server == null) {
      return context.succeededFuture();
    }
    return context.future(promise -> server.shutdown(grace).onComplete(promise));
  }

  private void ended(ListeningServer server) {
    server.context().closeFuture().remove(server);
    synchronized (this) {
      if (listening == server) {
        listening = null;
      }
    }
  }

  @Override
  public boolean isMetricsEnabled() {
    return getMetrics() != null;
  }

  @Override
  public synchronized Metrics getMetrics() {
    return listening == null ? null : listening.metrics();
  }
}
