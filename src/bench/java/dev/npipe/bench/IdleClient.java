// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Makes connections that do nothing after one round trip. The first so many tell what there is besides connections.
 */
final class IdleClient {

  /** Of connections, before the memory is measured for the first time. */
  static final int BASE = 100;
  /** For the bench to measure this process and the server's. */
  static final long PAUSE_MILLIS = 3000;

  private static final Buffer PAYLOAD = Buffer.buffer(new byte[64]);

  private final Vertx vertx;
  private final Supplier<Future<Connection>> connects;
  /** They are to stay. */
  private final List<Connection> open = new ArrayList<>();

  IdleClient(Vertx vertx, Supplier<Future<Connection>> connects) {
    this.vertx = vertx;
    this.connects = connects;
  }

  /** Connects, and tells what the connections beyond the first take in this process. */
  Future<String> run(int connections) {
    return connect(BASE)
        .compose(based -> vertx.timer(PAUSE_MILLIS / 3, TimeUnit.MILLISECONDS))
        .compose(settled -> {
          Memory base = Memory.now();
          System.out.println("base");
          return vertx.timer(PAUSE_MILLIS, TimeUnit.MILLISECONDS)
              .compose(measured -> connect(connections))
              .compose(connected -> vertx.timer(PAUSE_MILLIS / 3, TimeUnit.MILLISECONDS))
              .map(settledAgain -> "connections=" + connections + " "
                  + Memory.now().grownSince(base, connections));
        });
  }

  private Future<Void> connect(int count) {
    Future<Void> connected = Future.succeededFuture();
    for (int i = 0; i < count; i++) {
      connected = connected.compose(before -> connects.get()).compose(this::roundTrip);
    }
    return connected;
  }

  private Future<Void> roundTrip(Connection connection) {
    open.add(connection);
    return Future.future(done -> {
      int[] got = new int[1];
      connection.failureHandler(done::tryFail);
      connection.handler(data -> {
        got[0] += data.length();
        if (got[0] == PAYLOAD.length()) {
          done.tryComplete();
        }
      });
      connection.write(PAYLOAD);
    });
  }
}
