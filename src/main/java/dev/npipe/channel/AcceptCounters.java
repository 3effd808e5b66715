// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what a listening pipe sees. Any thread.
 */
final class AcceptCounters {

  final LongAdder accepted = new LongAdder();
  final LongAdder clientsGone = new LongAdder();
  final LongAdder errors = new LongAdder();
  final LongAdder exhaustions = new LongAdder();
  final AtomicInteger connections = new AtomicInteger();

  // Written by the listener's event loop.
  private volatile int pending;

  void pending(int instances) {
    pending = instances;
  }

  AcceptCounts snapshot() {
    return new AcceptCounts(accepted.sum(), clientsGone.sum(), errors.sum(), exhaustions.sum(), pending,
        connections.get());
  }
}
