// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers that Windows is given, as winbase.h and winnt.h have them: not everywhere does something follow. */
class PipeModesTest {

  private static final int FILE_FLAG_FIRST_PIPE_INSTANCE = 0x0008_0000;
  private static final int PIPE_ACCESS_DUPLEX_OVERLAPPED = 0x4000_0003;

  private static PipeInstanceSpec spec(boolean messages, boolean rejectRemoteClients) {
    return new PipeInstanceSpec("\\\\.\\pipe\\name", 1, 0, 0, messages, rejectRemoteClients, null);
  }

  @Test
  void theFirstInstanceMustBeTheFirst() {
    assertEquals(PIPE_ACCESS_DUPLEX_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE, PipeModes.openMode(true));
    assertEquals(PIPE_ACCESS_DUPLEX_OVERLAPPED, PipeModes.openMode(false));
  }

  @Test
  void remoteClientsAreRejectedUnlessTheyAreLetIn() {
    assertEquals(0x8, PipeModes.pipeMode(spec(false, true)));
    assertEquals(0x0, PipeModes.pipeMode(spec(false, false)));
  }

  @Test
  void messagesAreWrittenAndReadAsSuch() {
    assertEquals(0x4 | 0x2, PipeModes.pipeMode(spec(true, false)));
    assertEquals(0x8 | 0x4 | 0x2, PipeModes.pipeMode(spec(true, true)));
  }

  @ParameterizedTest
  @CsvSource({"0, 0x40100000", "1, 0x40110000", "2, 0x40120000", "3, 0x40130000"})
  void whatTheServerMayDoInTheClientsNameIsSaidByEveryOpen(int level, int flags) {
    assertEquals(flags, PipeModes.openFlags(level, false));
    assertEquals(flags | 0x8000_0000, PipeModes.openFlags(level, true), "a pipe of another machine");
  }

  @Test
  void aClientAsksForNoRightToCreateInstances() {
    assertEquals(0x0012_0089, PipeModes.rights(PipeKernel.ACCESS_READ));
    assertEquals(0x0012_0112, PipeModes.rights(PipeKernel.ACCESS_WRITE));
    assertEquals(0x0012_019b, PipeModes.rights(PipeKernel.ACCESS_READ | PipeKernel.ACCESS_WRITE));
  }
}
