// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.ChannelFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Event loops that take more than a second for the few clients that a listener gives them at once. */
@ExtendWith(LogWatch.class)
class SlowLoopsTest extends RealLoops {

  private static final int TAKEN_SLOWLY = 60;
  private static final int AT_ONCE = 16;
  private static final long STANDSTILL_NANOS = TimeUnit.MILLISECONDS.toNanos(700);

  SlowLoopsTest() {
    super(Loops.PORT);
  }

  /** They would be given ever more tasks, and have their turn at their pipes ever later. */
  @Test
  void anEventLoopThatIsMerelySlowIsNotTakenForOneThatIsBlocked() {
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicLong takenNanos = new AtomicLong();
    AtomicLong longestNanos = new AtomicLong();
    AtomicReference<NamedPipeServerChannel> server = new AtomicReference<>();
    server.set((NamedPipeServerChannel) listen(NamedPipeServerChannelConfig.UNLIMITED_INSTANCES, () -> {
      int waiting = server.get().acceptCounts().connections() - taken.getAndIncrement();
      most.accumulateAndGet(waiting, Math::max);
      long now = System.nanoTime();
      long before = takenNanos.getAndSet(now);
      longestNanos.accumulateAndGet(before == 0 ? 0 : now - before, Math::max);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(150));
    }));
    List<ChannelFuture> connecting = new ArrayList<>();
    for (int i = 0; i < TAKEN_SLOWLY; i++) {
      connecting.add(connecting());
    }
    connecting.forEach(RealLoops::done);
    await(() -> taken.get() == TAKEN_SLOWLY);
    assumeTrue(longestNanos.get() < STANDSTILL_NANOS, "The machine stood still: its loops were blocked");
    assertTrue(most.get() > 2 && most.get() <= AT_ONCE * 3 / 2, most + " clients waited to be taken");
  }
}
