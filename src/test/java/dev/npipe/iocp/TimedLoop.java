// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** An event loop with timers that runs when a test says so, and whose queue can be full. It never starts a thread. */
final class TimedLoop extends ScheduledThreadPoolExecutor {

  final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  final ArrayDeque<Runnable> timers = new ArrayDeque<>();
  boolean full;

  TimedLoop() {
    super(0);
  }

  @Override
  public void execute(Runnable task) {
    if (full) {
      throw new RejectedExecutionException("full");
    }
    tasks.add(task);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    timers.add(task);
    return null;
  }

  void runTasks() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }
}
