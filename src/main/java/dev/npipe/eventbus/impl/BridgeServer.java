// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.NamedPipeServer;
import dev.npipe.NamedPipeServerOptions;
import dev.npipe.NamedPipeSocket;
import io.vertx.core.Closeable;
import io.vertx.core.Completable;
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
  private Term term;

  BridgeServer(Vertx vertx, NamedPipeServerOptions options) {
    this.vertx = (VertxInternal) vertx;
    this.server = NamedPipeServer.create(vertx, options).connectHandler(this::connected);
  }

  synchronized void requireNotListening() {
    if (term != null) {
      throw new IllegalStateException("The bridge is listening");
    }
  }

  /** Listens; what serves is made for the context on which the server does. */
  Future<Void> listen(String name, Function<ContextInternal, Listening> serving) {
    // The server listens on the same one.
    ContextInternal context = vertx.getOrCreateContext();
    Term begun = new Term(context, serving.apply(context));
    Future<NamedPipeServer> listen;
    synchronized (this) {
      requireNotListening();
      term = begun;
      try {
        listen = server.listen(name);
      } catch (RuntimeException e) {
        term = null;
        throw e;
      }
    }
    if (!context.closeFuture().add(begun)) {
      begun.end();
    }
    return listen.onFailure(cause -> ended(begun)).mapEmpty();
  }

  private void connected(NamedPipeSocket socket) {
    Term now = current();
    if (now == null) {
      socket.close();
    } else {
      now.listening.serve(socket);
    }
  }

  private synchronized Term current() {
    return term;
  }

  String path() {
    return server.path();
  }

  /** Completes when all connections have ended; fails as the close of the server does. */
  Future<Void> close() {
    Term now = current();
    return now == null ? server.close() : now.end();
  }

  private void ended(Term over) {
    over.context.closeFuture().remove(over);
    synchronized (this) {
      if (term == over) {
        term = null;
      }
    }
  }

  /** From a listen to its close, which comes with that of the context too. */
  private final class Term implements Closeable {

    private final ContextInternal context;
    private final Listening listening;

    private Term(ContextInternal context, Listening listening) {
      this.context = context;
      this.listening = listening;
    }

    private Future<Void> end() {
      // What the server has lost is told when nothing of the bridge is left.
      return server.close()
          .transform(closed -> listening.ended().transform(gone -> closed.succeeded()
              ? Future.<Void>succeededFuture() : Future.failedFuture(closed.cause())))
          .onComplete(done -> ended(this));
    }

    @Override
    public void close(Completable<Void> completion) {
      // An undeployment has not failed for what was lost.
      end().<Void>otherwiseEmpty().onComplete(completion);
    }
  }
}
