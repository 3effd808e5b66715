// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.LogWatch;
import java.util.ArrayList;
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
  void whoIsCompleteAgainAndAgainLeavesALoopThatPollsItsPort() {
    LoopMailbox home = port.keepMailbox(loop);
    home.setPolled(true);
    assertEquals(PipeErrors.SUCCESS, port.attach(handle, loop));
    first.onCompletion = () -> first.knownInTurn(first.completions.size());
    first.completeLater(0, 0);
    loop.run();
    int turns = first.completions.size();
    assertTrue(turns > 1 && turns < 10, turns + " turns");
    assertTrue(home.hasPostponed(), "the loop would wait");
    assertEquals(PipeErrors.SUCCESS, port.poll(-1, home));
    loop.run();
    int turnsOfTwo = first.completions.size();
    assertTrue(turnsOfTwo > turns && turnsOfTwo <= 2 * turns + 1, turnsOfTwo + " turns");
    // Whoever polls from now on does not know of it.
    first.onCompletion = () -> { };
    home.setPolled(false);
    loop.run();
    assertEquals(turnsOfTwo + 1, first.completions.size());
  }

  @Test
  void whatWaitsForTheNextPollIsNotLeftToALoopThatShutsDown() {
    LoopMailbox home = port.keepMailbox(loop);
    home.setPolled(true);
    assertEquals(PipeErrors.SUCCESS, port.attach(handle, loop));
    first.onCompletion = () -> first.knownInTurn(first.completions.size());
    first.completeLater(0, 0);
    loop.run();
    int turns = first.completions.size();
    first.onCompletion = () -> { };
    handle.cancel(first);
    loop.run();
    assertEquals(turns + 1, first.completions.size());
  }

  @Test
  void clientsThatComeOneAfterAnotherLeaveTheLoopItsSelectorAndItsTimers() {
    TimedLoop timed = new TimedLoop();
    List<TestOperation> accepted = new ArrayList<>();
    comeAndGo();
    acceptAtOnce(timed, accepted);
    timed.runTasks();
    int came = accepted.size();
    assertTrue(came > 1 && came < 10, came + " clients in a turn");
    assertEquals(1, timed.timers.size());
    accepted.get(came - 1).onCompletion = () -> { };
    timed.timers.remove().run();
    assertEquals(List.of(PipeErrors.NO_DATA), accepted.get(came - 1).completions);
    accepted.forEach(operation -> operation.handle().close());
  }

  private void comeAndGo() {
    kernel.mayBlock = true;
    kernel.close(kernel.open(SPEC.path(), PipeKernel.ACCESS_READ, 1));
    kernel.mayBlock = false;
  }

  /** Each is accepted by a task of its own, as a listener does, and known of at once: it has gone again. */
  private void acceptAtOnce(TimedLoop on, List<TestOperation> accepted) {
    TestOperation operation = new TestOperation(port.own(kernel.createInstance(SPEC, false)));
    comeAndGo();
    accepted.add(operation);
    operation.onCompletion = () -> on.execute(() -> {
      if (accepted.size() < 100) {
        acceptAtOnce(on, accepted);
      }
    });
    assertEquals(PipeErrors.SUCCESS, port.accept(operation.handle(), operation, on));
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
