// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.LoopPorts;
import dev.npipe.iocp.SharedPoller;
import dev.npipe.iocp.WaitingKernel;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One real event loop that waits at its own port: when it does, and how well it keeps time there. */
@ExtendWith(LogWatch.class)
class NamedPipeIoHandlerTest {

  private static final NamedPipeAddress ADDRESS = NamedPipeAddress.of("one-loop");
  private static final int CYCLES = 120;
  private static final int PINGS_BETWEEN = 5;
  private static final int LONGEST_TIMER_MILLIS = 20;
  private static final int TIMERS_OF_A_KIND = 10;

  private final WaitingKernel kernel = new WaitingKernel();
  private final SharedPoller poller = new SharedPoller(kernel, SelectorWaking::of);
  private final LoopPorts loopPorts = new LoopPorts(kernel);
  private final ExecutorService opener = Executors.newSingleThreadExecutor();
  private final PipeIo io = new PipeIo(poller, loopPorts, PipeThreads.all(opener));
  private final BlockingQueue<NamedPipeIoHandler> handlers = new LinkedBlockingQueue<>();
  private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, executor -> {
    NamedPipeIoHandler handler = NamedPipeIoHandler.newHandler(io, Duration.ofMillis(1), executor);
    handlers.add(handler);
    return handler;
  });
  private final AtomicLong pings = new AtomicLong();

  @AfterEach
  void nothingIsLeft() throws Exception {
    group.shutdownGracefully(0, 10, TimeUnit.SECONDS);
    assertTrue(group.awaitTermination(20, TimeUnit.SECONDS));
    opener.shutdown();
    await(() -> kernel.leftovers().isEmpty());
    assertEquals(0, loopPorts.blocksInUse());
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "it never came to be");
      LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
    }
  }

  private static Channel done(ChannelFuture future) {
    assertTrue(future.awaitUninterruptibly(20, TimeUnit.SECONDS), "it never completed");
    assertTrue(future.isSuccess(), String.valueOf(future.cause()));
    return future.channel();
  }

  private void pingsGoOn() {
    long before = pings.get();
    await(() -> pings.get() > before + PINGS_BETWEEN);
  }

  /** Sends back what comes. */
  @ChannelHandler.Sharable
  private final class Ball extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      pings.incrementAndGet();
      context.writeAndFlush(message, context.voidPromise());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // What was on its way when the other end went.
    }
  }

  private void playWithoutPause() {
    done(new ServerBootstrap().group(group).channelFactory(() -> new NamedPipeServerChannel(io))
        .childHandler(new Ball()).bind(ADDRESS));
    done(done(new Bootstrap().group(group).channelFactory(() -> new NamedPipeChannel(io)).handler(new Ball())
        .connect(ADDRESS)).writeAndFlush(Unpooled.buffer().writeZero(1)));
  }

  private Channel socket() {
    return done(new Bootstrap().group(group).channel(NioDatagramChannel.class)
        .handler(new ChannelInboundHandlerAdapter()).bind(InetAddress.getLoopbackAddress(), 0));
  }

  @Test
  void theLoopLeavesItsPortForEachSocketAndReturnsWhenItHasGoneAndPipesGoOnAllTheWhile() throws Exception {
    playWithoutPause();
    NamedPipeIoHandler handler = handlers.take();
    for (int i = 0; i < CYCLES; i++) {
      assertTrue(handler.isAtPort());
      Channel socket = socket();
      await(() -> !handler.isAtPort());
      pingsGoOn();
      done(socket.close());
      await(handler::isAtPort);
      pingsGoOn();
    }
    await(() -> Thread.getAllStackTraces().keySet().stream().noneMatch(thread ->
        thread.getName().startsWith("npipe-watcher-")));
  }

  /** Takes the best of some timers, as the processor may be busy elsewhere. */
  @Test
  void timersAtThePortAreNeverEarlyAndAtMostAMillisecondLate() throws Exception {
    for (int millis = 1; millis <= LONGEST_TIMER_MILLIS; millis++) {
      long best = Long.MAX_VALUE;
      for (int i = 0; i < TIMERS_OF_A_KIND; i++) {
        long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        long late = group.next().schedule(System::nanoTime, millis, TimeUnit.MILLISECONDS).get(20, TimeUnit.SECONDS)
            - due;
        assertTrue(late >= 0, "a timer of " + millis + " ms was " + -late + " ns early");
        best = Math.min(best, late);
      }
      assertTrue(best <= TimeUnit.MILLISECONDS.toNanos(1), "timers of " + millis + " ms were " + best + " ns late");
    }
    assertTrue(handlers.take().isAtPort());
  }
}
