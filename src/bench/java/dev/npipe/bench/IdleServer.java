// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import io.vertx.core.Vertx;

/** Tells what the connections of an {@link IdleClient} take on the server's side. One event loop. */
final class IdleServer {

  private final Vertx vertx;
  private final int connections;
  private Memory base;
  private int count;

  /** For so many connections beyond the first {@link IdleClient#BASE}; 0 to tell nothing. */
  IdleServer(Vertx vertx, int connections) {
    this.vertx = vertx;
    this.connections = connections;
  }

  void connected() {
    count++;
    if (connections > 0 && count == IdleClient.BASE) {
      vertx.setTimer(IdleClient.PAUSE_MILLIS / 3, settled -> base = Memory.now());
    } else if (connections > 0 && count == IdleClient.BASE + connections) {
      vertx.setTimer(IdleClient.PAUSE_MILLIS / 3,
          settled -> System.out.println("memory " + Memory.now().grownSince(base, connections)));
    }
  }
}
