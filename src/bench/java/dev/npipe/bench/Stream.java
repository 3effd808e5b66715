// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;

/**
 * Writes while it reads what comes back. Runs on the connection's event loop.
 */
final class Stream {

  private static final int MEBIBYTE = 1 << 20;

  private final Connection connection;
  private final Buffer chunk;
  private final long answer;

  private Promise<String> finished;
  private long began;
  private long deadline;
  private long goal;
  private long sent;
  private long got;

  /**
   * Makes one.
   *
   * @param connection to a server
   * @param chunkBytes of each write; with a server that does not echo, a MiB is a multiple of it
   * @param answer what the server sends for each MiB; 0 for one that echoes
   */
  Stream(Connection connection, int chunkBytes, long answer) {
    this.connection = connection;
    this.chunk = Buffer.buffer(new byte[chunkBytes]);
    this.answer = answer;
  }

  /** So many bytes, or as many as the limit allows, until all that is due has come back; 0 is no limit. */
  Future<String> run(long total, double limitSeconds) {
    finished = Promise.promise();
    goal = total;
    sent = 0;
    got = 0;
    began = System.nanoTime();
    deadline = limitSeconds > 0 ? began + (long) (limitSeconds * 1e9) : Long.MAX_VALUE;
    connection.failureHandler(finished::tryFail);
    connection.drainHandler(drained -> writeOn());
    connection.handler(data -> {
      got += data.length();
      finishIfDone();
    });
    writeOn();
    return finished.future();
  }

  private void writeOn() {
    while (sent < goal && !connection.writeQueueFull()) {
      if (System.nanoTime() >= deadline && (answer == 0 || sent % MEBIBYTE == 0)) {
        goal = sent;
        finishIfDone();
        return;
      }
      int length = (int) Math.min(chunk.length(), goal - sent);
      sent += length;
      connection.write(length == chunk.length() ? chunk : chunk.slice(0, length));
    }
  }

  private void finishIfDone() {
    if (got == (answer == 0 ? goal : goal / MEBIBYTE * answer)) {
      double seconds = (System.nanoTime() - began) / 1e9;
      finished.tryComplete(String.format(Locale.ROOT, "seconds=%.3f MB_per_s=%.1f", seconds, goal / seconds / 1e6));
    }
  }
}
