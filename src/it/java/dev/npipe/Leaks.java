// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.win32.HandleCounts;
import java.lang.management.ManagementFactory;

/** What a process holds: handles, threads and heap, to be compared with what it held before. */
final class Leaks {

  // What is on its way at the moment differs.
  private static final long MOST_GROWTH = 4 * 1024 * 1024;
  // Netty takes it in chunks, for each thread that allocates.
  private static final long MOST_GROWTH_OUTSIDE = 16 * 1024 * 1024;
  // The JVM starts threads of its own, of its compilers say; each has a few events. Ours that idle end by themselves.
  private static final int EVENTS_OF_THE_JVM = 24;
  private static final int THREADS_OF_THE_JVM = 4;

  private final HandleCounts handles;
  private final int threads;
  private final long heap;
  private final long direct;

  private Leaks() throws InterruptedException {
    handles = Settling.atRest(HandleCounts::take);
    threads = threads();
    heap = Settling.heap();
    direct = Settling.direct();
  }

  /** Measures, after a warm-up. */
  static Leaks before() throws InterruptedException {
    return new Leaks();
  }

  private static int threads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }

  /** Waits for all to be as before, and says what it found. */
  void assertNone() throws InterruptedException {
    HandleCounts left = Settling.settled(HandleCounts::take, counts -> counts.files() <= handles.files());
    int running = Settling.settled(Leaks::threads, count -> count <= threads + THREADS_OF_THE_JVM);
    long grown = Settling.settled(Settling::heap, bytes -> bytes < heap + MOST_GROWTH) - heap;
    long outside = Settling.settled(Settling::direct, bytes -> bytes < direct + MOST_GROWTH_OUTSIDE) - direct;
    System.out.printf("before %s, after %s; threads %d, %d; heap grown by %d KiB, direct memory by %d KiB%n",
        handles, left, threads, running, grown / 1024, outside / 1024);
    assertTrue(left.files() <= handles.files(), () -> handles + " became " + left);
    assertTrue(left.events() - handles.events() <= EVENTS_OF_THE_JVM, () -> handles + " became " + left);
    assertTrue(running <= threads + THREADS_OF_THE_JVM, () -> threads + " threads became " + running);
    assertTrue(grown < MOST_GROWTH, () -> "The heap has grown by " + grown + " bytes");
    assertTrue(outside < MOST_GROWTH_OUTSIDE, () -> "The direct memory has grown by " + outside + " bytes");
  }
}
