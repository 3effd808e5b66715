// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/** For servers that do not say which port they were given, or that others have to know before. */
final class FreePort {

  private static final int FIRST = 20_000;

  /** From here on Linux gives ports to whoever asks for any; Windows begins at 49152. */
  private static final int END = 32_768;

  // Processes begin at different places.
  private static final AtomicInteger NEXT = new AtomicInteger((int) (ProcessHandle.current().pid() * 61 % 10_000));

  private FreePort() {
  }

  /** A port that is free, and that nobody will be given by chance before it is used. */
  static int next() throws IOException {
    for (int tried = 0; tried < END - FIRST; tried++) {
      int candidate = FIRST + NEXT.getAndIncrement() % (END - FIRST);
      try (ServerSocket free = new ServerSocket(candidate)) {
        return free.getLocalPort();
      } catch (BindException taken) {
        continue;
      }
    }
    throw new IOException("No port is free from " + FIRST + " to " + END);
  }
}
