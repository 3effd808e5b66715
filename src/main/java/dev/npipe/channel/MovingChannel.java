// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A channel whose tasks and timers follow it to the event loop that it is registered with when their time has come:
 * Netty's channels may leave the loop on which they asked for it.
 */
abstract class MovingChannel extends AbstractChannel {

  static final Runnable NOTHING = () -> { };

  MovingChannel(Channel parent) {
    super(parent);
  }

  /** Runs a task on the channel's event loop after a delay. Event loop only. */
  ChannelTimer schedule(Runnable task, long delay, TimeUnit unit) {
    return new ChannelTimer(this, task, unit.toNanos(delay));
  }

  /** Runs a task on the channel's event loop, never at once; or the other one, where that has ended. Any thread. */
  void execute(Runnable task, Runnable otherwise) {
    EventLoop eventLoop = eventLoop();
    try {
      eventLoop.execute(() -> run(task, otherwise, eventLoop));
    } catch (RejectedExecutionException terminated) {
      otherwise.run();
    }
  }

  /** Runs a task whose turn has come on this event loop, or sends it on to the one that the channel is on by now. */
  void run(Runnable task, Runnable otherwise, EventLoop here) {
    if (eventLoop() == here) {
      task.run();
    } else {
      execute(task, otherwise);
    }
  }
}
