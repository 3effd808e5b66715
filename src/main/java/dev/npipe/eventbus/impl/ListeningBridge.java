// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.NamedPipeSocket;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A bridge from one {@code listen} to its close: its connections, and the timer that looks at their clocks.
 */
final class ListeningBridge implements BridgeServer.Listening {

  private final BridgeSettings settings;
  private final ContextInternal context;

  // Context only.
  private final Set<BridgeConnection> connections = new HashSet<>();
  private final AbandonedRequests abandoned;

  // Guarded by this.
  private long timer = -1;
  private boolean closing;

  ListeningBridge(BridgeSettings settings, ContextInternal context) {
    this.settings = settings;
    this.context = context;
    this.abandoned = new AbandonedRequests(settings.limits().getMaxAbandonedRequests());
  }

  @Override
  public void serve(NamedPipeSocket socket) {
    BridgeConnection connection = new BridgeConnection(settings, context, socket, abandoned);
    connections.add(connection);
    startTimer();
    connection.ended().onComplete(ended -> gone(connection));
    connection.open();
  }

  private void gone(BridgeConnection connection) {
    connections.remove(connection);
    if (connections.isEmpty()) {
      stopTimer();
    }
  }

  /** Runs while there are connections only: nothing else ends a timer, not even the end of the context. */
  private synchronized void startTimer() {
    if (timer < 0 && !closing) {
      timer = context.setPeriodic(ConnectionClock.tickMillis(settings.limits()), fired -> tick());
    }
  }

  private synchronized void stopTimer() {
    if (timer >= 0) {
      context.owner().cancelTimer(timer);
      timer = -1;
    }
  }

  private synchronized void startsNoMore() {
    closing = true;
    stopTimer();
  }

  private void tick() {
    long now = System.nanoTime();
    for (BridgeConnection connection : List.copyOf(connections)) {
      connection.tick(now);
    }
  }

  /** Completed when all connections have ended; the server has closed them. */
  @Override
  public Future<Void> ended() {
    // At once: a worker pool that ends with its verticle may take no more tasks.
    startsNoMore();
    PromiseInternal<Void> promise = context.promise();
    context.execute(() -> {
      List<Future<Void>> ends = new ArrayList<>();
      connections.forEach(connection -> ends.add(connection.ended()));
      Future.join(ends).onComplete(done -> promise.complete());
    });
    return promise.future();
  }
}
