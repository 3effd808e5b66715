// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Threads that may be blocked, of which one runs at a time, and only when a test says so: each goes on from the call in
 * which it is blocked to the next one. So a world of blocking calls stays in one order, which its seed has chosen.
 */
public final class SteppedThreads implements Executor {

  private static final long SECONDS = 20;
  private static final BooleanSupplier READY = () -> true;
  private static final ExecutorService POOL = Executors.newCachedThreadPool(task -> {
    Thread thread = new Thread(task, "stepped");
    thread.setDaemon(true);
    return thread;
  });

  private final Random random;
  private final List<Strand> strands = new ArrayList<>();
  private Strand current;
  /** Whether no thread is free to begin or to go on. */
  public boolean held;

  SteppedThreads(Random random) {
    this.random = random;
  }

  /** What one thread does. */
  private static final class Strand {
    final Semaphore mayRun = new Semaphore(0);
    final Semaphore hasStopped = new Semaphore(0);
    final Runnable task;
    // Handed from one thread to the other by the semaphores.
    BooleanSupplier until = READY;
    boolean started;
    boolean over;
    Throwable failure;

    Strand(Runnable task) {
      this.task = task;
    }

    void goOn() {
      if (started) {
        mayRun.release();
      } else {
        started = true;
        POOL.execute(this::run);
      }
      await(hasStopped);
    }

    private void run() {
      try {
        task.run();
      } catch (Throwable e) {
        failure = e;
      } finally {
        over = true;
        hasStopped.release();
      }
    }

    void block(BooleanSupplier condition) {
      until = condition;
      hasStopped.release();
      await(mayRun);
    }

    private static void await(Semaphore semaphore) {
      try {
        if (!semaphore.tryAcquire(SECONDS, TimeUnit.SECONDS)) {
          throw new AssertionError("nobody took the turn");
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void execute(Runnable task) {
    strands.add(new Strand(task));
  }

  /** Lets one thread go on that can; says whether there was any. */
  public boolean step() {
    List<Strand> ready = strands.stream().filter(strand -> strand.until.getAsBoolean()).toList();
    if (held || ready.isEmpty()) {
      return false;
    }
    Strand chosen = ready.get(random.nextInt(ready.size()));
    current = chosen;
    chosen.goOn();
    current = null;
    if (chosen.over) {
      strands.remove(chosen);
    }
    if (chosen.failure != null) {
      throw new AssertionError("a thread has failed", chosen.failure);
    }
    return true;
  }

  /** Blocks the calling thread until the condition holds and it is its turn. */
  void block(BooleanSupplier until) {
    if (current == null) {
      throw new AssertionError("a blocking call on a thread that may not block");
    }
    current.block(until);
  }

  /** Lets others have their turn. */
  void yield() {
    block(READY);
  }

  /** How many threads have something to do. */
  public int busy() {
    return strands.size();
  }
}
