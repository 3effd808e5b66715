// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The system's own word on whom a thread acts for, before, meanwhile and after. */
class ClientImpersonationIT {

  private final IdentityKernel kernel = new Win32PipeKernel().identity();

  private void assertActsForTheProcess() {
    assertEquals(-PipeErrors.NO_TOKEN, kernel.openThreadToken());
  }

  private void assertActsForSomebody() {
    long token = kernel.openThreadToken();
    assertTrue(token > 0, () -> PipeErrors.name((int) -token));
    kernel.closeObject(token);
  }

  /** Runs with the server's end of a pipe that has a client. */
  private void withClient(Consumer<PipeHandle> test) {
    try (KernelRig rig = new KernelRig()) {
      long server = rig.instance();
      rig.client();
      PipeHandle pipe = new PipeHandle(rig.kernel, new OverlappedBlocks(), server);
      test.accept(pipe);
    }
  }

  @Test
  void aThreadActsForTheClientOnlyWhileTheCodeRuns() {
    withClient(pipe -> {
      assertActsForTheProcess();
      assertEquals(0, new ClientImpersonation(kernel).run(pipe, this::assertActsForSomebody));
      assertActsForTheProcess();
    });
  }

  @Test
  void codeThatThrowsLeavesTheThreadToTheProcess() {
    withClient(pipe -> {
      assertThrows(ArithmeticException.class, () -> new ClientImpersonation(kernel).run(pipe, () -> {
        assertActsForSomebody();
        throw new ArithmeticException();
      }));
      assertActsForTheProcess();
    });
  }

  @Test
  void otherThreadsActForTheProcessMeanwhile() {
    withClient(pipe -> {
      var others = Executors.newSingleThreadExecutor();
      try {
        assertEquals(0, new ClientImpersonation(kernel).run(pipe, () -> {
          Long token = assertDoesNotThrow(() -> others.submit(kernel::openThreadToken).get());
          assertEquals(-PipeErrors.NO_TOKEN, token);
        }));
      } finally {
        others.shutdown();
      }
    });
  }
}
