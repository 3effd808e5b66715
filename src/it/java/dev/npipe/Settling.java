// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Measurements that come to rest: taken again and again until they are as they should be, or time is up. */
final class Settling {

  private static final int ATTEMPTS = 200;
  private static final int ATTEMPT_MILLIS = 50;
  private static final int ATTEMPTS_AT_REST = 20;

  private Settling() {
  }

  /** The first measurement that is acceptable; the last one when none was, for the assertion to fail on. */
  static <T> T settled(Supplier<T> measurement, Predicate<T> acceptable) throws InterruptedException {
    SynchronousQueue<T> nothing = new SynchronousQueue<>();
    T measured = measurement.get();
    for (int i = 0; i < ATTEMPTS && !acceptable.test(measured); i++) {
      nothing.poll(ATTEMPT_MILLIS, TimeUnit.MILLISECONDS);
      measured = measurement.get();
    }
    return measured;
  }

  /** A measurement that has stayed the same for a second: what an earlier test has closed may be closing still. */
  static <T> T atRest(Supplier<T> measurement) throws InterruptedException {
    List<T> same = new ArrayList<>();
    return settled(measurement, measured -> {
      if (!same.isEmpty() && !same.get(0).equals(measured)) {
        same.clear();
      }
      same.add(measured);
      return same.size() > ATTEMPTS_AT_REST;
    });
  }

  /** Bytes of live objects. */
  static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Bytes outside of the heap: those that Netty takes past the JVM's own count, and those in the count. */
  static long direct() {
    // What Netty takes without a cleaner is in no pool of the JVM's; the rest would be counted twice.
    long bytes = PlatformDependent.useDirectBufferNoCleaner() ? PlatformDependent.usedDirectMemory() : 0;
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      bytes += pool.getName().equals("direct") ? pool.getMemoryUsed() : 0;
    }
    return bytes;
  }
}
