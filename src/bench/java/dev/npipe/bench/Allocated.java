// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/** What the threads of this process allocate on the heap. One that ends before the count does is not counted. */
final class Allocated {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Map<Long, Long> before;
  private final long costOfCounting;

  private Allocated(Map<Long, Long> before, long costOfCounting) {
    this.before = before;
    this.costOfCounting = costOfCounting;
  }

  /** Begins to count. */
  static Allocated begin() {
    // The first call loads classes.
    byThread();
    Map<Long, Long> first = byThread();
    Map<Long, Long> second = byThread();
    return new Allocated(second, difference(first, second));
  }

  /** Bytes that all threads together have allocated since the beginning. */
  long since() {
    return difference(before, byThread()) - costOfCounting;
  }

  private static Map<Long, Long> byThread() {
    long[] threads = THREADS.getAllThreadIds();
    long[] bytes = THREADS.getThreadAllocatedBytes(threads);
    Map<Long, Long> allocated = new HashMap<>();
    for (int i = 0; i < threads.length; i++) {
      allocated.put(threads[i], Math.max(0, bytes[i]));
    }
    return allocated;
  }

  private static long difference(Map<Long, Long> before, Map<Long, Long> after) {
    long bytes = 0;
    for (Map.Entry<Long, Long> thread : after.entrySet()) {
      bytes += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
    }
    return bytes;
  }
}
