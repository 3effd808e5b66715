// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Adopted handles without overlapped I/O, on threads of their own. The seed of a life that fails is said. */
@ExtendWith(LogWatch.class)
class BlockingLivesTest {

  private static final long FIRST_SEED = Long.getLong("dev.npipe.seed", 1);
  private static final int LIVES = Integer.getInteger("dev.npipe.blockingLives", 500);

  private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void end() throws Exception {
    loops.shutdownGracefully(0, 10, TimeUnit.SECONDS);
    threads.shutdown();
    assertTrue(loops.awaitTermination(20, TimeUnit.SECONDS));
    assertTrue(threads.awaitTermination(20, TimeUnit.SECONDS));
  }

  @Test
  void whateverTheOrderOfCallsEachWaitsForTheOtherAndNothingIsLost() {
    int flushes = 0;
    List<BlockingLife> lived = new ArrayList<>();
    for (long seed = FIRST_SEED; seed < FIRST_SEED + LIVES; seed++) {
      try {
        BlockingLife life = new BlockingLife(seed, loops.next(), threads);
        life.live();
        lived.add(life);
        flushes += (int) life.flushes.stream().filter(flush -> flush.isSuccess()).count();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
    lived.forEach(BlockingLife::leavesNothing);
    System.out.println(LIVES + " lives, " + flushes + " flushes");
    assertTrue(LIVES < 100 || flushes >= LIVES / 2, "flushes: only " + flushes);
  }
}
