// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.npipe.channel.LogWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Packets on their way from the port to the event loops. */
@ExtendWith(LogWatch.class)
class CompletionPortTest {

  private static final PipeInstanceSpec SPEC =
      new PipeInstanceSpec("\\\\.\\pipe\\port", 255, 4096, 4096, false, true, null);

  private final SimulatedPipeKernel kernel = new SimulatedPipeKernel(3);
  private final OverlappedBlocks blocks = new OverlappedBlocks();
  private final List<String> idle = new ArrayList<>();
  private final CompletionPort port =
      new CompletionPort(kernel, blocks, UnaryOperator.identity(), () -> idle.add("idle"));
  private final QueueingLoop loop = new QueueingLoop();
  private final Memory memory = new Memory(64);
  private final List<PipeHandle> handles = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() {
    handles.forEach(PipeHandle::close);
    pump();
    assertEquals(0, kernel.operationsInFlight());
    assertEquals(0, blocks.taken());
    assertEquals(0, port.attachedHandles());
    assertEquals(0, kernel.openHandles());
    assertEquals(List.of(), kernel.misuses());
    port.close();
  }

  private void pump() {
    for (int i = 0; i < 100; i++) {
      port.poll(0, null);
      loop.run();
    }
  }

  private PipeHandle instance() {
    PipeHandle handle = port.own(kernel.createInstance(SPEC, false));
    handles.add(handle);
    return handle;
  }

  private TestOperation listening(QueueingLoop on) {
    TestOperation operation = new TestOperation(instance());
    assertEquals(PipeErrors.SUCCESS, port.accept(operation.handle(), operation, on));
    return operation;
  }

  @Test
  void aLoopIsWokenOnceForAllThatComesTogether() {
    List<TestOperation> operations = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      operations.add(listening(loop));
    }
    operations.forEach(operation -> operation.handle().close());
    while (port.poll(0, null) == PipeErrors.SUCCESS) {
      continue;
    }
    assertEquals(1, loop.executed);
    loop.run();
    operations.forEach(operation -> assertEquals(1, operation.completions.size()));
  }

  @Test
  void aLoopAsksForOnePacketWhileTheyComeAloneAndSeesWhenTheyStopTo() {
    LoopMailbox home = port.keepMailbox(loop);
    for (int i = 0; i < 40; i++) {
      listening(loop).handle().close();
      assertEquals(PipeErrors.SUCCESS, port.poll(0, home));
    }
    List<Integer> asked = kernel.packetsAskedFor();
    assertEquals(34, asked.stream().filter(most -> most == 1).count());
    for (int i = 0; i <= asked.size() - 8; i++) {
      assertTrue(asked.subList(i, i + 8).stream().anyMatch(most -> most > 1), asked.toString());
    }
  }

  @Test
  void whoeverHandsOverAsksForAllThatIsThereAlsoInPlaceOfALoop() {
    LoopMailbox home = port.keepMailbox(loop);
    for (int i = 0; i < 40; i++) {
      listening(loop).handle().close();
      assertEquals(PipeErrors.SUCCESS, port.poll(0, i < 5 ? home : null));
    }
    assertTrue(kernel.packetsAskedFor().stream().skip(6).allMatch(most -> most > 1));
  }

  @Test
  void eachLoopGetsWhatIsItsOwn() {
    QueueingLoop other = new QueueingLoop();
    TestOperation one = listening(loop);
    TestOperation two = listening(other);
    one.handle().cancel(one);
    two.handle().cancel(two);
    while (port.poll(0, null) == PipeErrors.SUCCESS) {
      continue;
    }
    loop.run();
    assertEquals(List.of(PipeErrors.OPERATION_ABORTED), one.completions);
    assertEquals(0, two.completions.size());
    other.run();
    assertEquals(List.of(PipeErrors.OPERATION_ABORTED), two.completions);
  }

  @Test
  void anOperationOfATerminatedLoopIsOrphanedAndItsHandleClosed() {
    TestOperation operation = listening(loop);
    loop.terminated = true;
    operation.handle().cancel(operation);
    pump();
    assertEquals(1, operation.orphaned);
    assertEquals(0, operation.completions.size());
    assertFalse(operation.handle().isOpen());
    assertEquals(0, kernel.openHandles());
  }

  @Test
  void anOperationWhoseHandleHasMovedArrivesAtItsNewLoop() {
    QueueingLoop next = new QueueingLoop();
    TestOperation operation = listening(loop);
    operation.handle().cancel(operation);
    port.poll(0, null);
    assertEquals(PipeErrors.SUCCESS, port.attach(operation.handle(), next));
    loop.run();
    assertEquals(0, operation.completions.size());
    next.run();
    assertEquals(1, operation.completions.size());
  }

  @Test
  void anOperationWhoseHandleHasMovedOutlivesItsOldLoop() {
    QueueingLoop next = new QueueingLoop();
    TestOperation operation = listening(loop);
    // Moves after its packet was dequeued, and before the old loop was asked to run.
    loop.beforeExecute = () -> {
      port.attach(operation.handle(), next);
      loop.terminated = true;
    };
    operation.handle().cancel(operation);
    port.poll(0, null);
    assertEquals(0, operation.orphaned);
    assertTrue(operation.handle().isOpen());
    next.run();
    assertEquals(1, operation.completions.size());
  }

  @Test
  void aCompletionThatThrowsCostsNoOtherItsOwn() {
    Throwable[] kinds = {new IllegalStateException("of a test"), new OutOfMemoryError("of a test")};
    for (Throwable thrown : kinds) {
      TestOperation bad = listening(loop);
      TestOperation good = listening(loop);
      bad.onCompletion = () -> sneak(thrown);
      bad.handle().close();
      good.handle().close();
      while (port.poll(0, null) == PipeErrors.SUCCESS) {
        continue;
      }
      assertThrows(thrown.getClass(), loop::run);
      assertEquals(1, bad.completions.size());
      assertEquals(1, good.completions.size());
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneak(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  void memoryOverwrittenBehindABlockIsNoticed() {
    TestOperation operation = listening(loop);
    new Pointer(operation.block().address()).setLong(32, 0);
    operation.handle().close();
    pump();
    String logged = LogWatch.take();
    assertTrue(logged.contains("overwritten"), logged);
    assertEquals(1, operation.completions.size());
  }

  @Test
  void anOperationInFlightIsNotSubmittedAgain() {
    TestOperation operation = listening(loop);
    assertThrows(AssertionError.class, operation::submitted);
  }

  @Test
  void aHandleIsClosedOnceHoweverOftenItIsAsked() {
    TestOperation operation = listening(loop);
    operation.handle().close();
    operation.handle().close();
    operation.handle().cancel(operation);
    operation.handle().disconnect();
    assertEquals(1, kernel.closes);
  }

  @Test
  void blocksComeBackOnlyWithTheLastPacket() {
    TestOperation operation = listening(loop);
    operation.handle().close();
    assertEquals(1, blocks.taken());
    assertEquals(0, idle.size());
    pump();
    assertEquals(0, blocks.taken());
    assertEquals(1, idle.size());
  }

  @Test
  void slotsAreUsedAgainAndGrowWithTheirNumber() {
    for (int round = 0; round < 3; round++) {
      List<TestOperation> operations = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        operations.add(listening(loop));
      }
      assertEquals(200, port.attachedHandles());
      operations.forEach(operation -> operation.handle().close());
      pump();
      operations.forEach(operation -> assertEquals(1, operation.completions.size()));
    }
  }

  @Test
  void aHandleThatCannotBeAssociatedSaysSoAndIsForgottenWhenClosed() {
    kernel.whims.failNextAssociate(PipeErrors.NO_SYSTEM_RESOURCES);
    PipeHandle handle = instance();
    assertEquals(PipeErrors.NO_SYSTEM_RESOURCES, port.attach(handle, loop));
    handle.close();
    assertEquals(0, port.attachedHandles());
  }

  @Test
  void aResultKnownAlreadyTakesTheWayOfAllResults() {
    TestOperation operation = new TestOperation(instance());
    port.attach(operation.handle(), loop);
    operation.completeLater(PipeErrors.NO_DATA, 0);
    assertEquals(0, operation.completions.size());
    assertTrue(operation.isInFlight());
    operation.handle().close();
    assertEquals(1, blocks.taken());
    loop.run();
    assertEquals(List.of(PipeErrors.NO_DATA), operation.completions);
    assertEquals(0, kernel.packets());
  }

  @Test
  void withoutSkipModeAnImmediateSuccessArrivesByItsPacket() {
    kernel.whims.skipModeSupported = false;
    kernel.whims.latePercent = 0;
    kernel.whims.partialPercent = 0;
    TestOperation accept = listening(loop);
    kernel.mayBlock = true;
    PipeHandle client = port.own(kernel.open(SPEC.path(), 3, 1));
    handles.add(client);
    TestOperation write = new TestOperation(client);
    port.attach(client, loop);
    assertEquals(PipeErrors.IO_PENDING, client.write(write, Pointer.nativeValue(memory), 5));
    pump();
    assertEquals(List.of(PipeErrors.SUCCESS), write.completions);
    assertEquals(1, accept.completions.size());
  }
}
