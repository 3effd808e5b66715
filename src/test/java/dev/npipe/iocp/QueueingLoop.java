// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** An event loop that runs when a test says so, and can end. */
final class QueueingLoop implements Executor {

  final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  int executed;
  boolean terminated;
  Runnable beforeExecute = () -> { };

  @Override
  public void execute(Runnable task) {
    beforeExecute.run();
    if (terminated) {
      throw new RejectedExecutionException("terminated");
    }
    executed++;
    tasks.add(task);
  }

  void run() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }
}
