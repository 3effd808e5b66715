// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.LogWatch;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The life of the poller's thread. */
@ExtendWith(LogWatch.class)
class SharedPollerTest {

  private static final PipeInstanceSpec SPEC =
      new PipeInstanceSpec("\\\\.\\pipe\\poller", 255, 4096, 4096, false, true, null);

  private final WaitingKernel kernel = new WaitingKernel();
  private final SharedPoller poller = new SharedPoller(kernel, UnaryOperator.identity());

  private TestOperation listening() {
    PipeHandle handle = poller.own(kernel.createInstance(SPEC, false));
    TestOperation operation = new TestOperation(handle);
    assertEquals(PipeErrors.SUCCESS, poller.accept(handle, operation, Runnable::run));
    return operation;
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "it never came to be");
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  private void closeAndAwaitTheEnd(TestOperation operation) {
    operation.handle().close();
    await(() -> !poller.isRunning() && kernel.portsOpen() == 0);
    assertEquals(0, poller.blocksInUse());
  }

  @Test
  void nothingRunsBeforeTheFirstHandle() {
    assertFalse(poller.isRunning());
    assertEquals(0, kernel.portsOpen());
  }

  @Test
  void theThreadEndsAfterTheLastHandleAndStartsAgainWithTheNext() {
    for (int i = 0; i < 2; i++) {
      TestOperation operation = listening();
      assertTrue(poller.isRunning());
      assertTrue(Thread.getAllStackTraces().keySet().stream()
          .filter(thread -> thread.getName().startsWith("npipe-poller-")).allMatch(Thread::isDaemon));
      closeAndAwaitTheEnd(operation);
      assertEquals(1, operation.completions.size());
    }
  }

  @Test
  void theThreadStaysWhileAnyHandleDoes() {
    TestOperation one = listening();
    TestOperation two = listening();
    one.handle().close();
    await(() -> poller.blocksInUse() == 1);
    assertTrue(poller.isRunning());
    closeAndAwaitTheEnd(two);
  }

  @Test
  void completionsArriveOnTheThreadOfTheLoop() throws Exception {
    TestOperation operation = listening();
    CountDownLatch arrived = new CountDownLatch(1);
    operation.onCompletion = arrived::countDown;
    operation.handle().cancel(operation);
    assertTrue(arrived.await(20, TimeUnit.SECONDS));
    closeAndAwaitTheEnd(operation);
  }

  @Test
  void aPortThatCannotBeHadIsToldAndTheNextTryStartsAfresh() {
    kernel.refusePorts(1);
    PipeHandle handle = poller.own(kernel.createInstance(SPEC, false));
    assertThrows(IllegalStateException.class, () -> poller.attach(handle, Runnable::run));
    handle.close();
    assertFalse(poller.isRunning());
    closeAndAwaitTheEnd(listening());
  }

  @Test
  void anErrorOfOneCompletionDoesNotEndTheThread() {
    TestOperation bad = listening();
    bad.onCompletion = () -> {
      throw new OutOfMemoryError("of a test");
    };
    bad.handle().cancel(bad);
    await(() -> bad.completions.size() == 1);
    TestOperation good = listening();
    good.handle().cancel(good);
    await(() -> good.completions.size() == 1);
    bad.handle().close();
    closeAndAwaitTheEnd(good);
    String logged = LogWatch.take();
    assertTrue(logged.contains("OutOfMemoryError"), logged);
  }
}
