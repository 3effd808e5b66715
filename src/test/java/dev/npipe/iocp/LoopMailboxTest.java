// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Completions on their way to one event loop. */
class LoopMailboxTest {

  private static final PipeInstanceSpec SPEC =
      new PipeInstanceSpec("\\\\.\\pipe\\mailbox", 255, 4096, 4096, false, true, null);

  private final SimulatedPipeKernel kernel = new SimulatedPipeKernel(5);
  private final CompletionPort port = new CompletionPort(kernel, new OverlappedBlocks(), () -> { });
  private final QueueingLoop loop = new QueueingLoop();
  private final PipeHandle handle = port.own(kernel.createInstance(SPEC, false));
  private final TestOperation first = new TestOperation(handle);
  private final TestOperation second = new TestOperation(handle);

  @AfterEach
  void nothingIsLeft() {
    handle.close();
    port.poll(0, null);
    loop.run();
    port.close();
    assertEquals(List.of(), kernel.misuses());
  }

  @Test
  void completionsThatALoopHadNoMemoryForComeWithTheNextOne() {
    assertEquals(PipeErrors.SUCCESS, port.attach(handle, loop));
    loop.beforeExecute = () -> {
      throw new OutOfMemoryError("test");
    };
    assertThrows(OutOfMemoryError.class, () -> first.completeLater(7, 0));
    loop.beforeExecute = () -> { };
    second.completeLater(8, 0);
    loop.run();
    assertEquals(List.of(7), first.completions);
    assertEquals(List.of(8), second.completions);
  }
}
