// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Round trips on all connections at once. Runs on the connections' one event loop.
 */
final class PingPong {

  private final List<Connection> connections;
  private final Buffer payload;

  private Promise<String> finished;
  private Samples samples;
  private long began;
  private Allocated allocated;
  private long deadline;
  private int trips;
  private int begun;

  PingPong(List<Connection> connections, int size) {
    this.connections = connections;
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) 'x');
    this.payload = Buffer.buffer(bytes);
  }

  /** So many round trips in all, or as many as the limit allows; 0 is no limit. */
  Future<String> run(int trips, double limitSeconds) {
    this.trips = trips;
    finished = Promise.promise();
    samples = new Samples(trips);
    begun = 0;
    List<Trips> each = connections.stream().map(Trips::new).toList();
    allocated = Allocated.begin();
    began = System.nanoTime();
    deadline = limitSeconds > 0 ? began + (long) (limitSeconds * 1e9) : Long.MAX_VALUE;
    each.forEach(Trips::begin);
    return finished.future();
  }

  private String line() {
    double seconds = (System.nanoTime() - began) / 1e9;
    double bytes = allocated.since();
    int done = samples.count();
    return String.format(Locale.ROOT, "us_per_rt=%.1f msgs_per_s=%.0f MB_per_s=%.2f %s alloc_per_rt=%.0f",
        seconds * 1e6 / done, done / seconds, (double) done * payload.length() / seconds / 1e6,
        samples.percentiles(), bytes / done);
  }

  private final class Trips {

    private final Connection connection;
    private int got;
    private long sentAt;

    Trips(Connection connection) {
      this.connection = connection;
      connection.failureHandler(finished::tryFail);
      connection.handler(this::received);
    }

    void begin() {
      long now = System.nanoTime();
      if (begun < trips && now < deadline) {
        begun++;
        sentAt = now;
        connection.write(payload);
      }
    }

    private void received(Buffer data) {
      got += data.length();
      if (got < payload.length()) {
        return;
      }
      got = 0;
      samples.add(System.nanoTime() - sentAt);
      begin();
      if (samples.count() == begun) {
        finished.tryComplete(line());
      }
    }
  }
}
