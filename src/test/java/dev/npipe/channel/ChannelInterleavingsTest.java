// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.util.ResourceLeakDetector;
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
  void whateverTheOrderOfEventsNothingIsLostLeakedOrDoneTwice() {
    LifeTally tally = new LifeTally();
    // Every buffer is counted by the allocator of its world; tracking each besides would take minutes.
    ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
    try {
      for (long seed = FIRST_SEED; seed < FIRST_SEED + INTERLEAVINGS; seed++) {
        try {
          new RandomLife(seed, tally).live();
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
      }
    } finally {
      ResourceLeakDetector.setLevel(level);
    }
    System.out.println(tally);
    tally.assertEnough(INTERLEAVINGS);
  }
}
