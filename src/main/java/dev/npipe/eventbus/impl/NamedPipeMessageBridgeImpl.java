// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.NamedPipeServer;
import dev.npipe.NamedPipeServerOptions;
import dev.npipe.NamedPipeSocket;
import dev.npipe.eventbus.NamedPipeMessageBridge;
import dev.npipe.eventbus.NamedPipeMessageBridgeOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A bridge for plain messages as its user sees it.
 */
public final class NamedPipeMessageBridgeImpl implements NamedPipeMessageBridge {

  private final VertxInternal vertx;
  private final NamedPipeMessageBridgeOptions options;
  private final NamedPipeServer server;

  // Guarded by this.
  private Listening listening;

  /**
   * Creates a bridge.
   *
   * @param vertx the Vert.x instance
   * @param options the options, which are copied
   * @param serverOptions the options of the pipe, which are copied
   */
  public NamedPipeMessageBridgeImpl(Vertx vertx, NamedPipeMessageBridgeOptions options,
      NamedPipeServerOptions serverOptions) {
    if (options.getInboundAddress() == null && options.getOutboundAddress() == null) {
      throw new IllegalArgumentException("Neither inboundAddress nor outboundAddress is set: nothing to bridge");
    }
    this.vertx = (VertxInternal) vertx;
    this.options = new NamedPipeMessageBridgeOptions(options);
    this.server = NamedPipeServer.create(vertx, new NamedPipeServerOptions(serverOptions).setMessageMode(true))
        .connectHandler(this::connected);
  }

  @Override
  public Future<NamedPipeMessageBridge> listen(String name) {
    // The server listens on the same one.
    ContextInternal context = vertx.getOrCreateContext();
    Listening bridge = new Listening(context);
    Future<NamedPipeServer> listen;
    synchronized (this) {
      if (listening != null) {
        throw new IllegalStateException("The bridge is listening");
      }
      listening = bridge;
      try {
        listen = server.listen(name);
      } catch (RuntimeException e) {
        listening = null;
        throw e;
      }
    }
    return listen.onFailure(cause -> ended(bridge)).map(this);
  }

  private void connected(NamedPipeSocket socket) {
    Listening bridge;
    synchronized (this) {
      bridge = listening;
    }
    if (bridge == null) {
      socket.close();
    } else {
      bridge.serve(socket);
    }
  }

  @Override
  public String path() {
    return server.path();
  }

  @Override
  public Future<Void> close() {
    Listening bridge;
    synchronized (this) {
      bridge = listening;
    }
    return server.close().compose(closed -> bridge == null ? Future.succeededFuture() : bridge.ended())
        .onComplete(closed -> ended(bridge));
  }

  private synchronized void ended(Listening bridge) {
    if (listening == bridge) {
      listening = null;
    }
  }

  /** The bridge from one {@code listen} to its close. */
  private final class Listening {

    private final ContextInternal context;

    // Context only.
    private final Set<MessageConnection> connections = new HashSet<>();

    private Listening(ContextInternal context) {
      this.context = context;
    }

    private void serve(NamedPipeSocket socket) {
      MessageConnection connection = new MessageConnection(vertx.eventBus(), options, context, socket);
      connections.add(connection);
      connection.ended().onComplete(done -> connections.remove(connection));
      connection.open();
    }

    /** Completed when all connections have ended; the server has closed them. */
    private Future<Void> ended() {
      PromiseInternal<Void> promise = context.promise();
      context.execute(() -> {
        List<Future<Void>> ends = new ArrayList<>();
        connections.forEach(connection -> ends.add(connection.ended()));
        Future.join(ends).onComplete(done -> promise.complete());
      });
      return promise.future();
    }
  }
}
