// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * In place of an event loop while a pipe is registered with none: keeps the tasks until it is known where to run them.
 * Any thread.
 */
final class ParkedTasks implements Executor {

  private final Executor former;

  // Guarded by this.
  private List<Runnable> waiting = new ArrayList<>();
  private Executor next;

  /**
   * Empty.
   *
   * @param former the event loop that the pipe has left
   */
  ParkedTasks(Executor former) {
    this.former = former;
  }

  @Override
  public void execute(Runnable task) {
    Executor open;
    synchronized (this) {
      open = next;
      if (open == null) {
        waiting.add(task);
        return;
      }
    }
    open.execute(task);
  }

  /** The pipe will not be registered again: the loop it came from finishes what is left. */
  void openToFormer() {
    openTo(former);
  }

  /** What waits runs here, and all that comes from now on; the first call counts. */
  void openTo(Executor eventLoop) {
    List<Runnable> tasks;
    synchronized (this) {
      if (next != null) {
        return;
      }
      next = eventLoop;
      tasks = waiting;
      waiting = null;
    }
    for (Runnable task : tasks) {
      try {
        eventLoop.execute(task);
      } catch (RejectedExecutionException terminated) {
        if (task instanceof LoopMailbox) {
          ((LoopMailbox) task).orphanAll();
        }
      }
    }
  }
}
