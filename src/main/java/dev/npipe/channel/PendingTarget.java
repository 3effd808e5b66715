// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * How many instances should wait for clients: twice as many when all were taken twice within a moment, since clients
 * then find the pipe busy; half as many, down to what is configured, after each quiet time. Event loop only.
 */
final class PendingTarget {

  private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long QUIET_SECONDS = 5;

  private final NamedPipeServerChannelConfig config;
  private final Runnable shrunk;
  private int target;
  private long exhaustions;
  private long exhaustionsSeen;
  private long lastExhaustion;
  private Future<?> timer;

  /**
   * Begins with what is configured.
   *
   * @param shrunk called when fewer should wait than before
   */
  PendingTarget(NamedPipeServerChannelConfig config, Runnable shrunk) {
    this.config = config;
    this.shrunk = shrunk;
  }

  int count() {
    return Math.max(target, config.getPendingInstances());
  }

  /** All that waited have been taken, while clients could be handed over. */
  void exhausted(EventLoop loop) {
    long now = loop.ticker().nanoTime();
    boolean again = exhaustions > 0 && now - lastExhaustion < MOMENT_NANOS;
    exhaustions++;
    lastExhaustion = now;
    if (again && count() < config.getMaxPendingInstances()) {
      target = Math.min(count() * 2, config.getMaxPendingInstances());
      if (timer == null) {
        timer = loop.schedule(() -> quiet(loop), QUIET_SECONDS, TimeUnit.SECONDS);
      }
    }
  }

  private void quiet(EventLoop loop) {
    timer = null;
    if (exhaustions == exhaustionsSeen) {
      target /= 2;
      shrunk.run();
    }
    exhaustionsSeen = exhaustions;
    if (target > config.getPendingInstances()) {
      timer = loop.schedule(() -> quiet(loop), QUIET_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** Its timer stays behind; what waits next begins with what is configured. */
  void leaveLoop() {
    close();
    timer = null;
    target = 0;
  }

  void close() {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
