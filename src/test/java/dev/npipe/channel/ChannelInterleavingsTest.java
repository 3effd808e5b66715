// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.util.ResourceLeakDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random lives of servers and clients, each replayable by its seed:
 * {@code -Ddev.npipe.seed=SEED -Ddev.npipe.interleavings=1}.
 */
@ExtendWith(LogWatch.class)
class ChannelInterleavingsTest {

  private static final long FIRST_SEED = Long.getLong("dev.npipe.seed", 1);
  private static final int INTERLEAVINGS = Integer.getInteger("dev.npipe.interleavings", 100_000);

  @Test
  @Timeout(600)
  void whateverTheOrderOfEventsNothingIsLostLeakedOrDoneTwice() throws Exception {
    LifeTally tally = new LifeTally();
    // Every buffer is counted by the allocator of its world; tracking each besides would take minutes.
    ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
    // Each life is one thread's, with a world of its own.
    int threads = Runtime.getRuntime().availableProcessors();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<LifeTally>> shares = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        long first = FIRST_SEED + i;
        shares.add(pool.submit(() -> live(first, threads)));
      }
      for (Future<LifeTally> share : shares) {
        tally.add(share.get());
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause().getMessage(), e.getCause());
    } finally {
      pool.shutdownNow();
      ResourceLeakDetector.setLevel(level);
    }
    System.out.println(tally);
    tally.assertEnough(INTERLEAVINGS);
  }

  private static LifeTally live(long first, int step) {
    LifeTally tally = new LifeTally();
    for (long seed = first; seed < FIRST_SEED + INTERLEAVINGS && !Thread.interrupted(); seed += step) {
      try {
        new RandomLife(seed, tally).live();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
    return tally;
  }
}
