// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class HandleCountsIT {

  @Test
  void openPipesAreCountedAndClosedOnesAreNot() {
    HandleCounts.take();
    HandleCounts before = HandleCounts.take();
    long[] pipes = new long[3];
    for (int i = 0; i < pipes.length; i++) {
      pipes[i] = Kernel32.createNamedPipe("\\\\.\\pipe\\npipe-count-" + i + "-" + System.nanoTime(),
        Win32Constants.PIPE_ACCESS_DUPLEX, 0, 1, 0, 0, 0, Win32Constants.NULL);
    }
    HandleCounts during = HandleCounts.take();
    for (long pipe : pipes) {
      Kernel32.CloseHandle(pipe);
    }
    assertEquals(before.files() + pipes.length, during.files());
    assertEquals(before.files(), HandleCounts.take().files());
  }
}
