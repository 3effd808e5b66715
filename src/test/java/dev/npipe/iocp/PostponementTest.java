// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Operations that go on after the others of their batch. */
class PostponementTest {

  private static final PipeInstanceSpec SPEC =
      new PipeInstanceSpec("\\\\.\\pipe\\postponement", 255, 4096, 4096, false, true, null);

  private final SimulatedPipeKernel kernel = new SimulatedPipeKernel(7);
  private final CompletionPort port =
      new CompletionPort(kernel, new OverlappedBlocks(), UnaryOperator.identity(), () -> { });
  private final QueueingLoop loop = new QueueingLoop();
  private final List<TestOperation> operations = new ArrayList<>();
  private final List<String> events = new ArrayList<>();

  @BeforeEach
  void twoOperations() {
    for (String name : List.of("a", "b")) {
      TestOperation operation = new TestOperation(port.own(kernel.createInstance(SPEC, false)));
      operation.onCompletion = () -> {
        events.add(name);
        assertTrue(operation.postponed());
      };
      operation.onResumption = () -> events.add(name + " resumed");
      operations.add(operation);
      assertEquals(PipeErrors.SUCCESS, port.attach(operation.handle(), loop));
    }
  }

  @AfterEach
  void nothingIsLeft() {
    operations.forEach(operation -> operation.handle().close());
    assertEquals(0, kernel.openHandles());
    port.close();
    assertEquals(List.of(), kernel.misuses());
  }

  private void completeBoth() {
    operations.forEach(operation -> operation.completeLater(0, 0));
  }

  @Test
  void allOfABatchCompleteBeforeTheFirstIsResumed() {
    completeBoth();
    loop.run();
    assertEquals(List.of("a", "b", "a resumed", "b resumed"), events);
  }

  @Test
  void whoPostponesAgainGoesOnAtOnceWhereTheLoopDoesNotPoll() {
    List<Boolean> again = new ArrayList<>();
    operations.get(0).onResumption = () -> again.add(operations.get(0).postponed());
    completeBoth();
    loop.run();
    assertEquals(List.of(false), again);
  }

  @Test
  void whoPostponesAgainWaitsForTheNextPollAndKeepsTheLoopFromSleeping() {
    LoopMailbox home = port.keepMailbox(loop);
    home.setPolled(true);
    List<Boolean> again = new ArrayList<>();
    operations.get(0).onResumption = () -> {
      if (again.isEmpty()) {
        again.add(operations.get(0).postponed());
      } else {
        events.add("a resumed");
      }
    };
    completeBoth();
    loop.run();
    assertEquals(List.of(true), again);
    assertEquals(List.of("a", "b", "b resumed"), events);
    assertEquals(0, loop.tasks.size());
    assertEquals(PipeErrors.SUCCESS, port.poll(-1, home));
    assertEquals(List.of("a", "b", "b resumed", "a resumed"), events);
    assertFalse(home.hasPostponed());
  }

  @Test
  void aLoopThatStopsPollingForgetsNobody() {
    LoopMailbox home = port.keepMailbox(loop);
    home.setPolled(true);
    boolean[] once = new boolean[1];
    operations.get(0).onResumption = () -> {
      if (once[0]) {
        events.add("a resumed");
      }
      once[0] = once[0] || operations.get(0).postponed();
    };
    completeBoth();
    loop.run();
    home.setPolled(false);
    loop.run();
    assertEquals(List.of("a", "b", "b resumed", "a resumed"), events);
  }

  @Test
  void theFailureOfOneCostsNoOtherItsTurn() {
    operations.get(0).onResumption = () -> {
      throw new IllegalStateException("of a test");
    };
    completeBoth();
    assertThrows(IllegalStateException.class, loop::run);
    assertEquals(List.of("a", "b", "b resumed"), events);
  }

  @Test
  void aPipeThatHasMovedMeanwhileIsResumedOnItsNewLoop() {
    QueueingLoop next = new QueueingLoop();
    TestOperation moved = operations.get(0);
    moved.onResumption = () -> {
      events.add("a resumed");
      // It is a task there, and no batch has an end for it to wait for.
      assertFalse(moved.postponed());
    };
    operations.get(1).onCompletion = () -> {
      events.add("b");
      assertEquals(PipeErrors.SUCCESS, port.attach(moved.handle(), next));
    };
    completeBoth();
    loop.run();
    assertEquals(List.of("a", "b"), events);
    next.run();
    assertEquals(List.of("a", "b", "a resumed"), events);
  }

  @Test
  void outsideOfABatchNothingIsPostponed() {
    assertFalse(operations.get(0).postponed());
  }
}
