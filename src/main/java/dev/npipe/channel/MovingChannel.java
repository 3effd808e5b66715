// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A channel whose tasks and timers follow it to the event loop that it is registered with when their time has come:
 * Netty's channels may leave the loop on which they asked for it.
 */
abstract class MovingChannel extends AbstractChannel {

  MovingChannel(Channel parent) {
    super(parent);
  }

  /**
   * Runs a task on the channel's event loop after a delay. Event loop only.
   *
   * @return cancels it, as long as it has not followed the channel elsewhere: the task must bear to come too late
   */
  Future<?> schedule(Runnable task, long delay, TimeUnit unit) {
    EventLoop eventLoop = eventLoop();
    return eventLoop.schedule(() -> run(task, eventLoop), delay, unit);
  }

  /**
   * Runs a task on the channel's event loop, never at once. Any thread.
   *
   * @throws java.util.concurrent.RejectedExecutionException when the loop has terminated
   */
  void execute(Runnable task) {
    EventLoop eventLoop = eventLoop();
    eventLoop.execute(() -> run(task, eventLoop));
  }

  private void run(Runnable task, EventLoop here) {
    if (eventLoop() == here) {
      task.run();
    } else {
      execute(task);
    }
  }
}
