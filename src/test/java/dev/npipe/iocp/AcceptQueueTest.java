// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of loops with ports of their own, on their way from the event to the loop. */
class AcceptQueueTest {

  private static final PipeInstanceSpec SPEC =
      new PipeInstanceSpec("\\\\.\\pipe\\accepts", 255, 4096, 4096, false, true, null);

  private final SimulatedPipeKernel kernel = new SimulatedPipeKernel(5);
  private final SteppedLoopPorts ports = new SteppedLoopPorts(kernel);
  private final FullLoop loop = new FullLoop();
  private final List<Long> clients = new ArrayList<>();

  /** An event loop whose queue may be full. */
  private static final class FullLoop extends AbstractExecutorService {

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private RuntimeException refusal;

    @Override
    public void execute(Runnable task) {
      if (refusal != null) {
        throw refusal;
      }
      tasks.add(task);
    }

    void run() {
      while (!tasks.isEmpty()) {
        tasks.remove().run();
      }
    }

    @Override
    public void shutdown() {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Runnable> shutdownNow() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return false;
    }
  }

  @Test
  void aClientThatALoopCouldNotBeToldOfIsToldOfAgain() {
    LoopPort port = ports.ports().open(loop);
    PipeHandle instance = port.own(kernel.createInstance(SPEC, false));
    TestOperation operation = new TestOperation(instance);
    assertEquals(PipeErrors.SUCCESS, port.accept(instance, operation, loop));
    loop.run();
    kernel.mayBlock = true;
    long client = kernel.open(SPEC.path(), PipeKernel.ACCESS_READ, 1);
    loop.refusal = new RejectedExecutionException("full, of a test");
    ports.poll();
    assertEquals(0, loop.tasks.size());
    loop.refusal = null;
    ports.poll();
    loop.run();
    assertEquals(List.of(PipeErrors.SUCCESS), operation.completions);
    kernel.close(client);
    instance.close();
    port.retire();
    ports.poll();
    assertEquals(0, kernel.openHandles() + kernel.operationsInFlight() + kernel.events());
  }

  @Test
  void aClientThatWasThereBeforeIsToldOfAlsoWhenTheLoopHadNoMemoryForIt() {
    LoopPort port = ports.ports().open(loop);
    PipeHandle instance = port.own(kernel.createInstance(SPEC, false));
    TestOperation operation = new TestOperation(instance);
    kernel.mayBlock = true;
    long client = kernel.open(SPEC.path(), PipeKernel.ACCESS_READ, 1);
    loop.refusal = new IllegalStateException("no memory, of a test");
    assertEquals(PipeErrors.SUCCESS, port.accept(instance, operation, loop));
    loop.refusal = null;
    ports.poll();
    loop.run();
    assertEquals(List.of(PipeErrors.PIPE_CONNECTED), operation.completions);
    kernel.close(client);
    instance.close();
    port.retire();
    ports.poll();
    assertEquals(0, kernel.openHandles() + kernel.operationsInFlight() + kernel.events());
  }

  /** Takes the place of one that has its client, and has one at once. */
  private void acceptAtOnce(LoopPort port, List<TestOperation> accepted) {
    PipeHandle instance = port.own(kernel.createInstance(SPEC, false));
    kernel.mayBlock = true;
    clients.add(kernel.open(SPEC.path(), PipeKernel.ACCESS_READ, 1));
    kernel.mayBlock = false;
    TestOperation operation = new TestOperation(instance);
    accepted.add(operation);
    operation.onCompletion = () -> {
      if (accepted.size() < 100) {
        acceptAtOnce(port, accepted);
      }
    };
    assertEquals(PipeErrors.SUCCESS, port.accept(instance, operation, loop));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void clientsThatComeOneAfterAnotherLeaveTheLoopItsTurnsAtItsPortOrItsSelector(boolean atPort) {
    LoopPort port = ports.ports().open(loop);
    List<TestOperation> accepted = new ArrayList<>();
    acceptAtOnce(port, accepted);
    int before = 0;
    for (int turn = 0; turn < 10; turn++) {
      loop.run();
      assertTrue(port.hasPostponed(), "the loop would wait");
      int came = accepted.size() - before;
      assertTrue(came > 0 && came < 10, came + " clients in a turn");
      before = accepted.size();
      if (atPort) {
        port.poll(-1, () -> { });
      } else {
        port.turnElsewhere();
      }
    }
    // What nobody looks at any more ends with the loop.
    accepted.forEach(operation -> operation.onCompletion = () -> { });
    clients.forEach(kernel::close);
    accepted.forEach(operation -> operation.handle().close());
    port.retire();
    ports.poll();
    assertEquals(List.of(PipeErrors.PIPE_CONNECTED), accepted.get(0).completions);
    assertEquals(1, accepted.stream().mapToInt(operation -> operation.orphaned).sum());
    assertEquals(0, kernel.openHandles() + kernel.operationsInFlight() + kernel.events());
  }
}
