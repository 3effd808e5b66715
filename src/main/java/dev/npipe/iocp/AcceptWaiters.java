// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * As many waiters as the event loops with listeners need: one thread for each 63 of them, none while there are none.
 */
final class AcceptWaiters {

  private static final AtomicInteger THREADS = new AtomicInteger();

  private final PipeKernel kernel;
  private final Consumer<AcceptWaiter> starter;

  // Guarded by this.
  private final List<AcceptWaiter> waiters = new ArrayList<>();

  AcceptWaiters(PipeKernel kernel) {
    this(kernel, AcceptWaiters::startThread);
  }

  AcceptWaiters(PipeKernel kernel, Consumer<AcceptWaiter> starter) {
    this.kernel = kernel;
    this.starter = starter;
  }

  private static void startThread(AcceptWaiter waiter) {
    Thread thread = new Thread(waiter::run, "npipe-acceptor-" + THREADS.incrementAndGet());
    thread.setDaemon(true);
    thread.start();
  }

  /** Lets somebody wait for a queue's event. */
  synchronized AcceptWaiter watch(AcceptQueue queue) {
    waiters.removeIf(AcceptWaiter::hasEnded);
    for (AcceptWaiter waiter : waiters) {
      if (waiter.watch(queue)) {
        return waiter;
      }
    }
    AcceptWaiter added = new AcceptWaiter(kernel);
    added.watch(queue);
    try {
      starter.accept(added);
    } catch (RuntimeException | Error e) {
      // No more threads to be had.
      added.discard();
      throw e;
    }
    waiters.add(added);
    return added;
  }
}
