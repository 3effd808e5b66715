// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts who uses a handle at this moment, so that it is closed, and its value given to another, by the last of them.
 * Any thread.
 */
final class HandleUsers {

  // One for the owner until it closes the handle, and one for each thread that is in a call with it.
  private final AtomicInteger count = new AtomicInteger(1);

  /** Adds one, unless the last one has gone. */
  boolean enter() {
    int now = count.get();
    while (now > 0) {
      if (count.compareAndSet(now, now + 1)) {
        return true;
      }
      now = count.get();
    }
    return false;
  }

  /** Takes one away, and says whether it was the last. */
  boolean leave() {
    return count.decrementAndGet() == 0;
  }
}
