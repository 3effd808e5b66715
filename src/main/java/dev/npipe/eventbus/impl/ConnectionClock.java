// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.eventbus.NamedPipeBridgeOptions;
import java.time.Duration;

/**
 * How long one client has been silent, and how long its frame has been coming. Time in which it was not read from is
 * not held against it.
 */
final class ConnectionClock {

  private final long idleNanos;
  private final long frameNanos;

  // Context only.
  private long silentSince = System.nanoTime();
  private long frameSince = silentSince;
  private boolean frameComing;
  private boolean paused = true;

  ConnectionClock(NamedPipeBridgeOptions limits) {
    idleNanos = limits.getIdleTimeout().toNanos();
    frameNanos = limits.getFrameTimeout().toNanos();
  }

  /** How often to look at the clocks of a bridge, so that a timeout is late by a quarter at most, or by a second. */
  static long tickMillis(NamedPipeBridgeOptions limits) {
    long shortest = limits.getReplyTimeout().toMillis();
    for (Duration timeout : new Duration[] {limits.getIdleTimeout(), limits.getFrameTimeout()}) {
      if (!timeout.isZero()) {
        shortest = Math.min(shortest, timeout.toMillis());
      }
    }
    return Math.max(20, Math.min(1000, shortest / 4));
  }

  void heard() {
    silentSince = System.nanoTime();
  }

  void frameTaken() {
    silentSince = System.nanoTime();
    frameComing = false;
  }

  /** All whole frames have been taken; is there the beginning of another? */
  void look(boolean coming) {
    if (coming && !frameComing) {
      frameSince = System.nanoTime();
    }
    frameComing = coming;
  }

  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    silentSince = System.nanoTime();
    frameSince = silentSince;
  }

  boolean isFrameLate(long now) {
    return !paused && frameComing && frameNanos > 0 && now - frameSince >= frameNanos;
  }

  boolean isIdle(long now) {
    return !paused && idleNanos > 0 && now - silentSince >= idleNanos;
  }
}
