// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Connects, has a message echoed and closes, one connection after the other. Runs on one event loop.
 */
final class ConnectRate {

  private final Supplier<Future<Connection>> connects;
  private final Buffer payload;

  private Promise<String> finished;
  private Samples samples;
  private long began;
  private long deadline;
  private int connections;

  ConnectRate(Supplier<Future<Connection>> connects, int size) {
    this.connects = connects;
    this.payload = Buffer.buffer(new byte[size]);
  }

  /** So many connections, or as many as the limit allows; 0 is no limit. */
  Future<String> run(int connections, double limitSeconds) {
    this.connections = connections;
    finished = Promise.promise();
    samples = new Samples(connections);
    began = System.nanoTime();
    deadline = limitSeconds > 0 ? began + (long) (limitSeconds * 1e9) : Long.MAX_VALUE;
    next();
    return finished.future();
  }

  private void next() {
    long now = System.nanoTime();
    if (samples.count() == connections || now >= deadline) {
      double seconds = (now - began) / 1e9;
      finished.tryComplete(String.format(Locale.ROOT, "us_per_conn=%.1f conns_per_s=%.0f %s",
          seconds * 1e6 / samples.count(), samples.count() / seconds, samples.percentiles()));
      return;
    }
    connects.get().onComplete(connection -> echo(connection, now), finished::tryFail);
  }

  private void echo(Connection connection, long connectBegan) {
    boolean[] closing = new boolean[1];
    int[] got = new int[1];
    connection.failureHandler(failure -> {
      if (!closing[0]) {
        finished.tryFail(failure);
      }
    });
    connection.handler(data -> {
      got[0] += data.length();
      if (got[0] == payload.length()) {
        closing[0] = true;
        connection.close();
        samples.add(System.nanoTime() - connectBegan);
        next();
      }
    });
    connection.write(payload);
  }
}
