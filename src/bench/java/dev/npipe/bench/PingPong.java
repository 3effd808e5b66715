// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import dev.npipe.NamedPipeSocket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Round trips on all connections at once. Runs on the sockets' one event loop.
 */
final class PingPong {

  /** What a run took. */
  record Result(double seconds, long[] sortedNanos, int size) {

    String line() {
      int trips = sortedNanos.length;
      return String.format(Locale.ROOT, "us_per_rt=%.1f msgs_per_s=%.0f MB_per_s=%.2f p50_us=%.1f p99_us=%.1f",
          seconds * 1e6 / trips, trips / seconds, (double) trips * size / seconds / 1e6,
          percentile(50), percentile(99));
    }

    private double percentile(int percent) {
      return sortedNanos[(int) ((long) sortedNanos.length * percent / 100)] / 1e3;
    }
  }

  private final List<NamedPipeSocket> sockets;
  private final Buffer payload;

  private Promise<Result> finished;
  private long[] nanos;
  private long began;
  private long deadline;
  private int begun;
  private int done;

  PingPong(List<NamedPipeSocket> sockets, int size) {
    this.sockets = sockets;
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) 'x');
    this.payload = Buffer.buffer(bytes);
  }

  /** So many round trips in all, or as many as the limit allows; 0 is no limit. */
  Future<Result> run(int trips, double limitSeconds) {
    finished = Promise.promise();
    nanos = new long[trips];
    begun = 0;
    done = 0;
    began = System.nanoTime();
    deadline = limitSeconds > 0 ? began + (long) (limitSeconds * 1e9) : Long.MAX_VALUE;
    for (NamedPipeSocket socket : sockets) {
      new Connection(socket).trip();
    }
    return finished.future();
  }

  private final class Connection {

    private final NamedPipeSocket socket;
    private int got;
    private long sentAt;

    Connection(NamedPipeSocket socket) {
      this.socket = socket;
      socket.exceptionHandler(finished::tryFail);
      socket.closeHandler(closed -> finished.tryFail("the server closed the connection"));
      socket.handler(this::received);
    }

    void trip() {
      long now = System.nanoTime();
      if (begun < nanos.length && now < deadline) {
        begun++;
        sentAt = now;
        socket.write(payload);
      }
    }

    private void received(Buffer data) {
      got += data.length();
      if (got < payload.length()) {
        return;
      }
      got = 0;
      nanos[done++] = System.nanoTime() - sentAt;
      trip();
      if (done == begun) {
        long[] sorted = Arrays.copyOf(nanos, done);
        Arrays.sort(sorted);
        finished.complete(new Result((System.nanoTime() - began) / 1e9, sorted, payload.length()));
      }
    }
  }
}
