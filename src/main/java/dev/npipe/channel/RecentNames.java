// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The names that this process has listened on until just now. On Windows a name is free when both ends of all its
 * instances are closed, and a client takes some time to see that its server has gone. Any thread.
 */
final class RecentNames {

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** When the last listener has left, by the clock of the event loops. Two names that differ in case are one key. */
  private final Map<NamedPipeAddress, Long> leftNanos = new ConcurrentHashMap<>();

  /** A listener has left its name. */
  void left(NamedPipeAddress name, long nowNanos) {
    leftNanos.values().removeIf(left -> nowNanos - left > PATIENCE_NANOS);
    leftNanos.put(name, nowNanos);
  }

  /** Whether clients of a listener of before may be why the name is taken. */
  boolean mayBeHeld(NamedPipeAddress name, long nowNanos) {
    Long left = leftNanos.get(name);
    return left != null && nowNanos - left <= PATIENCE_NANOS;
  }
}
