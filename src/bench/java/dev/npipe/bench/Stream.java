// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import dev.npipe.NamedPipeSocket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;

/**
 * Writes while it reads the echo back. Runs on the socket's event loop.
 */
final class Stream {

  private final NamedPipeSocket socket;
  private final Buffer chunk;

  private Promise<String> finished;
  private long began;
  private long deadline;
  private long goal;
  private long sent;
  private long got;

  Stream(NamedPipeSocket socket, int chunkBytes) {
    this.socket = socket;
    this.chunk = Buffer.buffer(new byte[chunkBytes]);
  }

  /** So many bytes, or as many as the limit allows, until all of them have come back; 0 is no limit. */
  Future<String> run(long total, double limitSeconds) {
    finished = Promise.promise();
    goal = total;
    sent = 0;
    got = 0;
    began = System.nanoTime();
    deadline = limitSeconds > 0 ? began + (long) (limitSeconds * 1e9) : Long.MAX_VALUE;
    socket.exceptionHandler(finished::tryFail);
    socket.closeHandler(closed -> finished.tryFail("the server closed the connection"));
    socket.drainHandler(drained -> writeOn());
    socket.handler(data -> {
      got += data.length();
      finishIfDone();
    });
    writeOn();
    return finished.future();
  }

  private void writeOn() {
    while (sent < goal && !socket.writeQueueFull()) {
      if (System.nanoTime() >= deadline) {
        goal = sent;
        finishIfDone();
        return;
      }
      int length = (int) Math.min(chunk.length(), goal - sent);
      sent += length;
      socket.write(length == chunk.length() ? chunk : chunk.slice(0, length));
    }
  }

  private void finishIfDone() {
    if (got == goal) {
      double seconds = (System.nanoTime() - began) / 1e9;
      finished.tryComplete(String.format(Locale.ROOT, "seconds=%.3f MB_per_s=%.1f", seconds, got / seconds / 1e6));
    }
  }
}
