// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what a listening pipe sees. Any thread.
 */
final class AcceptCounters {

  /**
   * An event loop that is given clients faster than it can take them would have them in a queue of tasks without a
   * bound, ahead of all that its connections send. Those beyond wait in the pipe, and others find it busy.
   */
  private static final int MOST_ARRIVING = 32;

  final LongAdder accepted = new LongAdder();
  final LongAdder clientsGone = new LongAdder();
  final LongAdder errors = new LongAdder();
  final LongAdder exhaustions = new LongAdder();
  final AtomicInteger connections = new AtomicInteger();
  /** Those of the connections that were handed over and that no event loop has yet. */
  final AtomicInteger arriving = new AtomicInteger();

  // Written by the listener's event loop.
  private volatile int pending;

  /** Whether one more client may be handed over. */
  boolean leaveRoom(int mostConnections) {
    return connections.get() < mostConnections && arriving.get() < MOST_ARRIVING;
  }

  /** Says whether there was no room for others before. */
  boolean oneHasArrived() {
    return arriving.getAndDecrement() == MOST_ARRIVING;
  }

  void pending(int instances) {
    pending = instances;
  }

  AcceptCounts snapshot() {
    return new AcceptCounts(accepted.sum(), clientsGone.sum(), errors.sum(), exhaustions.sum(), pending,
        connections.get());
  }
}
