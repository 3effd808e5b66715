// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.LogWatch;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Completions on their way to one event loop. */
@ExtendWith(LogWatch.class)
class LoopMailboxTest {

  private static final PipeInstanceSpec SPEC =
      new PipeInstanceSpec("\\\\.\\pipe\\mailbox", 255, 4096, 4096, false, true, null);

  private final SimulatedPipeKernel kernel = new SimulatedPipeKernel(5);
  private final CompletionPort port =
      new CompletionPort(kernel, new OverlappedBlocks(), UnaryOperator.identity(), () -> { });
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
  void whoIsCompleteAgainAndAgainLeavesTheLoopItsSelectorAndItsTimers() {
    TimedLoop timed = new TimedLoop();
    assertEquals(PipeErrors.SUCCESS, port.attach(handle, timed));
    first.onCompletion = () -> first.knownInTurn(first.completions.size());
    first.completeLater(0, 0);
    timed.runTasks();
    int turns = first.completions.size();
    assertTrue(turns > 1 && turns < 10, turns + " turns");
    assertEquals(1, timed.timers.size());
    timed.timers.remove().run();
    timed.runTasks();
    assertEquals(2 * turns, first.completions.size());
    // A loop that shuts down cancels its timers, and closes its channels, which cancel what is in flight.
    first.onCompletion = () -> { };
    handle.cancel(first);
    timed.timers.clear();
    timed.runTasks();
    assertEquals(2 * turns + 1, first.completions.size());
  }

  @Test
  void aChannelThatMovesIsNotLeftToTheTimerOfALoopThatEnds() {
    TimedLoop left = new TimedLoop();
    assertEquals(PipeErrors.SUCCESS, port.attach(handle, left));
    first.onCompletion = () -> first.knownInTurn(first.completions.size());
    first.completeLater(0, 0);
    left.runTasks();
    int turns = first.completions.size();
    first.onCompletion = () -> { };
    handle.leaveLoop();
    assertEquals(PipeErrors.SUCCESS, port.attach(handle, loop));
    left.timers.clear();
    left.runTasks();
    loop.run();
    assertEquals(turns + 1, first.completions.size());
  }

  @Test
  void completionsThatAFullLoopRefusesAreNoOrphansAndComeLater() {
    TimedLoop full = new TimedLoop();
    assertEquals(PipeErrors.SUCCESS, port.attach(handle, full));
    assertEquals(PipeErrors.IO_PENDING, handle.connect(first, 0));
    full.full = true;
    handle.cancel(first);
    port.poll(0, null);
    LogWatch.take();
    port.poll(0, null);
    full.runTasks();
    assertEquals(List.of(), first.completions);
    full.full = false;
    port.poll(0, null);
    full.runTasks();
    assertEquals(List.of(PipeErrors.OPERATION_ABORTED), first.completions);
    assertEquals(0, first.orphaned);
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
