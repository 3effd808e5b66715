// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import io.vertx.core.buffer.Buffer;

/** What a server does with a connection. */
final class Served {

  private static final int MEBIBYTE = 1 << 20;
  private static final int PIECE = 65_536;

  private final Connection connection;
  private final Buffer piece = Buffer.buffer(new byte[PIECE]);
  private final long answer;
  private long received;
  private long owed;

  private Served(Connection connection, long answer) {
    this.connection = connection;
    this.answer = answer;
  }

  /** Writes back what arrives, and takes no more while that is not taken. */
  static void echo(Connection connection) {
    connection.failureHandler(gone -> connection.close());
    connection.drainHandler(drained -> connection.resume());
    connection.handler(data -> {
      connection.write(data);
      if (connection.writeQueueFull()) {
        connection.pause();
      }
    });
  }

  /** Takes all that arrives, and sends so many bytes for each MiB of it, at the pace they are taken. */
  static void sink(Connection connection, long answer) {
    Served served = new Served(connection, answer);
    connection.failureHandler(gone -> connection.close());
    connection.drainHandler(drained -> served.writeOn());
    connection.handler(data -> {
      long before = served.received;
      served.received += data.length();
      served.owed += (served.received / MEBIBYTE - before / MEBIBYTE) * served.answer;
      served.writeOn();
    });
  }

  private void writeOn() {
    while (owed > 0 && !connection.writeQueueFull()) {
      int length = (int) Math.min(PIECE, owed);
      owed -= length;
      connection.write(length == PIECE ? piece : piece.slice(0, length));
    }
  }
}
