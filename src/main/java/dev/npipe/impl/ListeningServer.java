// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.NamedPipeServerOptions;
import dev.npipe.NamedPipeSocket;
import dev.npipe.channel.AcceptCounts;
import dev.npipe.channel.NamedPipeAddress;
import dev.npipe.channel.NamedPipeChannel;
import dev.npipe.channel.PeerVerification;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.spi.metrics.TransportMetrics;
import java.time.Duration;

/**
 * A server from listen to close: its place among those that share the name, and its sockets. Any thread, unless a
 * method says otherwise.
 */
final class ListeningServer implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(ListeningServer.class);

  private final ContextInternal context;
  private final NamedPipeAddress address;
  private final NamedPipeServerOptions options;
  private final Handler<NamedPipeSocket> connectHandler;
  private final Handler<Throwable> exceptionHandler;
  private final PeerVerification verification;
  private final ListenerRegistry registry;
  private final ConnectionSet connections = new ConnectionSet();
  private final Promise<Void> ended = Promise.promise();

  // Guarded by this.
  private Future<SharedListener> joined;
  private Future<Void> left;

  ListeningServer(ContextInternal context, NamedPipeAddress address, NamedPipeServerOptions options,
      Handler<NamedPipeSocket> connectHandler, Handler<Throwable> exceptionHandler,
      PeerVerification verification) {
    this.context = context;
    this.address = address;
    this.options = options;
    this.connectHandler = connectHandler;
    this.exceptionHandler = exceptionHandler;
    this.verification = verification;
    this.registry = ListenerRegistry.of(context.owner());
  }

  ContextInternal context() {
    return context;
  }

  NamedPipeAddress address() {
    return address;
  }

  synchronized TransportMetrics<?> metrics() {
    return joined != null && joined.succeeded() ? joined.result().metrics() : null;
  }

  synchronized AcceptCounts acceptCounts() {
    return joined != null && joined.succeeded() ? joined.result().acceptCounts() : null;
  }

  synchronized Future<SharedListener> start(PipeChannels channels) {
    joined = left == null
        ? registry.join(this, channels, options)
        : Future.failedFuture(new IllegalStateException("The server was closed before it could listen"));
    return joined;
  }

  /** A client has come. Event loop of the listening channel. */
  void accept(NamedPipeChannel client, TransportMetrics<?> metrics) {
    if (verification == null) {
      letIn(client, metrics);
    } else {
      verification.verify(client, approved -> letIn(approved, metrics), this::report);
    }
  }

  private void report(Throwable cause) {
    if (!acceptFailed(cause)) {
      LOG.error(cause.getMessage(), LOG.isDebugEnabled() ? cause : null);
    }
  }

  private void letIn(NamedPipeChannel client, TransportMetrics<?> metrics) {
    PipeSocketHandler.install(client, context, options, metrics, this::connected);
    context.nettyEventLoop().register(client).addListener((ChannelFuture registered) -> {
      if (!registered.isSuccess()) {
        ((Channel) client).unsafe().closeForcibly();
        report(registered.cause());
      }
    });
  }

  private void connected(NamedPipeSocketImpl socket) {
    if (!connections.add(socket)) {
      socket.close();
      return;
    }
    socket.onClose(() -> connections.remove(socket));
    context.emit(socket, connectHandler::handle);
  }

  /** Tells the exception handler; says whether there is one. */
  boolean acceptFailed(Throwable cause) {
    if (exceptionHandler == null) {
      return false;
    }
    context.emit(cause, exceptionHandler);
    return true;
  }

  /** Stops accepting, and shuts the sockets down. A second call shortens the time of a first. */
  Future<Void> shutdown(Duration timeout) {
    Future<Void> leaving = leave();
    return leaving.transform(done -> connections.shutdown(timeout)).onComplete(done -> ended.tryComplete());
  }

  /** Completes when it listens no more and its sockets are closed, by whomever: before the future of a shutdown. */
  Future<Void> ended() {
    return ended.future();
  }

  private synchronized Future<Void> leave() {
    if (left == null) {
      if (verification != null) {
        verification.close();
      }
      left = joined == null ? Future.succeededFuture() : joined.transform(done -> done.succeeded()
          ? registry.leave(this, done.result())
          : Future.succeededFuture());
    }
    return left;
  }

  @Override
  public void close(Completable<Void> completion) {
    // What was lost is told to those who close by themselves; an undeployment has not failed for it.
    shutdown(Duration.ZERO).<Void>otherwiseEmpty().onComplete(completion);
  }
}
