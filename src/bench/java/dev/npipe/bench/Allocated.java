// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What the threads of this process allocate on the heap. */
final class Allocated {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final long before;

  private Allocated(long before) {
    this.before = before;
  }

  /** Begins to count. */
  static Allocated begin() {
    // The first call loads classes.
    bytes();
    long first = bytes();
    long second = bytes();
    // Counting allocates too, and will once more.
    return new Allocated(second + (second - first));
  }

  /** Bytes that all threads together have allocated since the beginning. */
  long since() {
    return bytes() - before;
  }

  private static long bytes() {
    long bytes = 0;
    for (long allocated : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
      bytes += Math.max(0, allocated);
    }
    return bytes;
  }
}
