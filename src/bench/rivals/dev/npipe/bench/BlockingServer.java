// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A thread for each connection, and in a sink another that answers. */
final class BlockingServer {

  private static final int MEBIBYTE = 1 << 20;
  private static final int PIECE = 65_536;
  private static final int END = -1;

  private final long answer;

  /** Echoes, or with an answer sends so many bytes for each MiB. */
  BlockingServer(long answer) {
    this.answer = answer;
  }

  void serve(ServerSocket server) throws IOException {
    System.out.println("ready");
    while (true) {
      Socket socket = server.accept();
      start(() -> {
        try (socket) {
          if (answer == 0) {
            echo(socket);
          } else {
            sink(socket);
          }
        } catch (IOException gone) {
          // So clients leave.
        }
      });
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(null, work, "connection", 256 * 1024);
    thread.setDaemon(true);
    thread.start();
  }

  private static void echo(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    OutputStream out = socket.getOutputStream();
    byte[] buffer = new byte[PIECE];
    for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
      out.write(buffer, 0, length);
    }
  }

  private void sink(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    BlockingQueue<Integer> mebibytes = new LinkedBlockingQueue<>();
    start(() -> answer(socket, mebibytes));
    byte[] buffer = new byte[PIECE];
    long received = 0;
    for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
      int whole = (int) ((received + length) / MEBIBYTE - received / MEBIBYTE);
      received += length;
      if (whole > 0) {
        mebibytes.add(whole);
      }
    }
    mebibytes.add(END);
  }

  private void answer(Socket socket, BlockingQueue<Integer> mebibytes) {
    byte[] piece = new byte[PIECE];
    try {
      OutputStream out = socket.getOutputStream();
      for (int whole = mebibytes.take(); whole != END; whole = mebibytes.take()) {
        for (long owed = whole * answer; owed > 0; owed -= Math.min(PIECE, owed)) {
          out.write(piece, 0, (int) Math.min(PIECE, owed));
        }
      }
    } catch (IOException | InterruptedException gone) {
      // The reader sees it too.
    }
  }
}
