// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.NamedPipeServer;
import dev.npipe.NamedPipeServerOptions;
import dev.npipe.NamedPipeSocket;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.function.Function;

/**
 * The pipe of a bridge, which may be listened on again and again: what serves its clients is another one each time. Any
 * thread.
 */
final class BridgeServer {

  /** A bridge from one {@code listen} to its close. */
  interface Listening {

    /** Takes a client. */
    void serve(NamedPipeSocket socket);

    /** Completed when all connections have ended; the server has closed them. */
    Future<Void> ended();
  }

  private final VertxInternal vertx;
  private final NamedPipeServer server;

  // Guarded by this.
  private Listening listening;

  BridgeServer(Vertx vertx, NamedPipeServerOptions options) {
    this.vertx = (VertxInternal) vertx;
    this.server = NamedPipeServer.create(vertx, options).connectHandler(this::connected);
  }

  synchronized void requireNotListening() {
    if (listening != null) {
      throw new IllegalStateException("The bridge is listening");
    }
  }

  /** Listens; what serves is made for the context on which the server does. */
  Future<Void> listen(String name, Function<ContextInternal, Listening> serving) {
    // The server listens on the same one.
    ContextInternal context = vertx.getOrCreateContext();
    Listening bridge = serving.apply(context);
    Future<NamedPipeServer> listen;
    synchronized (this) {
      requireNotListening();
      listening = bridge;
      try {
        listen = server.listen(name);
      } catch (RuntimeException e) {
        listening = null;
        throw e;
      }
    }
    return listen.onFailure(cause -> ended(bridge)).mapEmpty();
  }

  private void connected(NamedPipeSocket socket) {
    Listening bridge = current();
    if (bridge == null) {
      socket.close();
    } else {
      bridge.serve(socket);
    }
  }

  private synchronized Listening current() {
    return listening;
  }

  String path() {
    return server.path();
  }

  /** Completes when all connections have ended. */
  Future<Void> close() {
    Listening bridge = current();
    return server.close().compose(closed -> bridge == null ? Future.succeededFuture() : bridge.ended())
        .onComplete(closed -> ended(bridge));
  }

  private synchronized void ended(Listening bridge) {
    if (listening == bridge) {
      listening = null;
    }
  }
}
