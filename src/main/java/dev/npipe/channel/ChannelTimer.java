// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.util.concurrent.TimeUnit;

/**
 * A task that is due later, on whatever event loop its channel is then. The loop on which it was set may end before,
 * and drop its timers, when the channel has left it: the rest of the time passes on the next one.
 */
final class ChannelTimer implements GenericFutureListener<Future<Object>> {

  private final MovingChannel channel;
  private final Runnable task;

  // Written by the channel's event loop, read by the one that ends.
  private volatile boolean over;
  private volatile EventLoop at;
  private volatile long deadline;
  private volatile Future<?> turn;

  ChannelTimer(MovingChannel channel, Runnable task, long nanos) {
    this.channel = channel;
    this.task = task;
    start(nanos);
  }

  @SuppressWarnings("unchecked") // a listener takes whatever comes out
  private void start(long nanos) {
    EventLoop here = channel.eventLoop();
    at = here;
    deadline = here.ticker().nanoTime() + nanos;
    turn = here.schedule(() -> channel.run(this::due, MovingChannel.NOTHING, here), nanos, TimeUnit.NANOSECONDS);
    ((Future<Object>) turn).addListener(this);
  }

  private void due() {
    if (!over) {
      over = true;
      task.run();
    }
  }

  /** The loop has no timer for this any more. */
  @Override
  public void operationComplete(Future<Object> ended) {
    if (ended.isCancelled() && !over && channel.eventLoop() != at) {
      long left = Math.max(0, deadline - at.ticker().nanoTime());
      channel.execute(() -> restart(left), MovingChannel.NOTHING);
    }
  }

  private void restart(long nanos) {
    if (!over) {
      start(nanos);
    }
  }

  /** It is not to run any more. Event loop only. */
  void cancel() {
    over = true;
    turn.cancel(false);
  }
}
