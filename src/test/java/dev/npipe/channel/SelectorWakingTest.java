// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tasks for event loops that wait in a selector; one that is not woken waits for a second. */
@ExtendWith(LogWatch.class)
@Timeout(30)
class SelectorWakingTest {

  private static final int ROUNDS = 300;

  private EventLoopGroup group;
  private EventLoop loop;

  @AfterEach
  void endLoop() throws InterruptedException {
    group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    assertTrue(group.awaitTermination(20, TimeUnit.SECONDS));
  }

  private Executor wakingOf(IoHandlerFactory handlers) throws Exception {
    group = new MultiThreadIoEventLoopGroup(1, handlers);
    loop = group.next();
    return loop.submit(() -> SelectorWaking.of(loop)).get(20, TimeUnit.SECONDS);
  }

  private static void assertRuns(Executor waking, int rounds) throws InterruptedException {
    for (int i = 0; i < rounds; i++) {
      CountDownLatch ran = new CountDownLatch(1);
      waking.execute(ran::countDown);
      assertTrue(ran.await(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void aLoopThatWaitsInItsSelectorIsWokenForEachTask() throws Exception {
    Executor waking = wakingOf(NioIoHandler.newFactory());
    assertInstanceOf(SelectorWaking.class, waking);
    assertRuns(waking, ROUNDS);
  }

  @Test
  void tasksRunInTheOrderInWhichTheyCame() throws Exception {
    Executor waking = wakingOf(NioIoHandler.newFactory());
    List<Integer> ran = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      int number = i;
      (i % 3 == 0 ? loop : waking).execute(() -> ran.add(number));
    }
    assertRuns(waking, 1);
    for (int i = 0; i < ROUNDS; i++) {
      assertEquals(i, ran.get(i));
    }
  }

  @Test
  void aLoopThatHasAnotherSelectorByNowIsWokenAllTheSame() throws Exception {
    wakingOf(NioIoHandler.newFactory());
    Selector before = Selector.open();
    before.close();
    assertRuns(new SelectorWaking((SingleThreadEventExecutor) loop, before), ROUNDS);
  }

  @Test
  void aLoopWithoutASelectorIsAskedItself() throws Exception {
    assertSame(wakingOf(LocalIoHandler.newFactory()), loop);
  }

  @Test
  void aLoopIsAskedForItsSelectorOnce() throws Exception {
    Executor waking = wakingOf(NioIoHandler.newFactory());
    assertSame(waking, loop.submit(() -> SelectorWaking.of(loop)).get(20, TimeUnit.SECONDS));
  }

  @Test
  void aLoopThatMayWaitElsewhereIsAskedItself() throws Exception {
    SimulatedWorld world = new SimulatedWorld(1, SimulatedWorld.Drivers.IN_LOOP);
    assertSame(wakingOf(NamedPipeIoHandler.newFactory(world.io)), loop);
  }

  @Test
  void aLoopThatHasEndedRefuses() throws Exception {
    Executor waking = wakingOf(NioIoHandler.newFactory());
    endLoop();
    assertThrows(RejectedExecutionException.class, () -> waking.execute(() -> { }));
  }
}
