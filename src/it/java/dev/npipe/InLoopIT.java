// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A Vert.x with the transport and one event loop for all of its connections. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class InLoopIT extends PipeRig {

  private static final String HOST = "127.0.0.1";
  private static final String WAIT_AT_PORT = "GetQueuedCompletionStatusEx";
  private static final int REGISTRATIONS = Rounds.of("npipe.registrations", 1000);
  private static final int LOOKS = 20;
  private static final int LONGEST_TIMER_MILLIS = 20;
  private static final int TIMERS_OF_A_KIND = 5;
  private static final int MOST_MILLIS_LATE = 20;

  private final AtomicLong rallies = new AtomicLong();
  private final EventLoop loop = ((VertxInternal) vertx).nettyEventLoopGroup().next();

  @Override
  Vertx newVertx() {
    return Driver.IN_LOOP.build(Vertx.builder().with(new VertxOptions().setEventLoopPoolSize(1)));
  }

  private Thread loopThread() throws Exception {
    return loop.submit(Thread::currentThread).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static boolean isSeenAtPort(Thread thread) {
    return Arrays.stream(thread.getStackTrace()).anyMatch(frame -> frame.getMethodName().equals(WAIT_AT_PORT));
  }

  private void assertWaitsAtPort() throws Exception {
    Thread thread = loopThread();
    assertTrue(Settling.settled(() -> isSeenAtPort(thread), seen -> seen),
        () -> Arrays.toString(thread.getStackTrace()));
  }

  private void assertWaitsElsewhere() throws Exception {
    Thread thread = loopThread();
    for (int i = 0; i < LOOKS; i++) {
      assertGameGoesOn();
      assertFalse(isSeenAtPort(thread));
    }
  }

  /** Both ends answer at once what the other one says, for as long as the Vert.x lives. */
  private void playWithoutPause() throws Exception {
    echo();
    NamedPipeSocket socket = await(NamedPipeClient.create(vertx).connect(name));
    socket.handler(ball -> {
      rallies.incrementAndGet();
      socket.write(ball);
    });
    await(socket.write("ball"));
  }

  private void assertGameGoesOn() throws Exception {
    long before = rallies.get();
    assertTrue(Settling.settled(rallies::get, now -> now > before) > before, "the pipes stand still");
  }

  @Test
  void theLoopIsAtItsPortAgainWhenTcpHasLeft() throws Exception {
    playWithoutPause();
    assertWaitsAtPort();
    Box<NetSocket> accepted = new Box<>();
    NetServer server = await(vertx.createNetServer().connectHandler(accepted::put).listen(0, HOST));
    NetClient client = vertx.createNetClient();
    NetSocket socket = await(client.connect(server.actualPort(), HOST));
    Box<Buffer> heard = new Box<>();
    accepted.take().handler(heard::put);
    await(socket.write("over TCP"));
    assertEquals("over TCP", heard.take().toString());
    assertWaitsElsewhere();
    await(socket.close());
    await(client.close());
    await(server.close());
    assertWaitsAtPort();
    assertGameGoesOn();
  }

  private static Channel done(ChannelFuture future) {
    assertTrue(future.awaitUninterruptibly(PATIENCE_SECONDS, TimeUnit.SECONDS), "it never completed");
    assertTrue(future.isSuccess(), String.valueOf(future.cause()));
    return future.channel();
  }

  @Test
  void socketsComeAndGoOnABusyLoopAndItEndsUpAtItsPort() throws Exception {
    playWithoutPause();
    for (int i = 0; i < REGISTRATIONS; i++) {
      Channel socket = done(new Bootstrap().group(loop).channel(NioDatagramChannel.class)
          .handler(new ChannelInboundHandlerAdapter()).bind(InetAddress.getByName(HOST), 0));
      if (i % 100 == 0) {
        assertGameGoesOn();
      }
      done(socket.close());
    }
    assertWaitsAtPort();
    assertGameGoesOn();
  }

  /** Takes the best of some timers, as the processor may be busy elsewhere; Windows' clock ticks each 15.6 ms. */
  @Test
  void timersAtThePortAreNeverEarlyAndHardlyLate() throws Exception {
    echo();
    assertWaitsAtPort();
    for (int millis = 1; millis <= LONGEST_TIMER_MILLIS; millis++) {
      long best = Long.MAX_VALUE;
      for (int i = 0; i < TIMERS_OF_A_KIND; i++) {
        long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        long late = loop.schedule(System::nanoTime, millis, TimeUnit.MILLISECONDS)
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS) - due;
        assertTrue(late >= 0, "a timer of " + millis + " ms was " + -late + " ns early");
        best = Math.min(best, late);
      }
      assertTrue(best <= TimeUnit.MILLISECONDS.toNanos(MOST_MILLIS_LATE),
          "timers of " + millis + " ms were " + best + " ns late");
    }
  }

  private static List<String> sharedPollers() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
        .filter(thread -> thread.startsWith("npipe-poller-")).collect(Collectors.toList());
  }

  /** One of an earlier test ends by itself when its last pipe is closed. */
  @Test
  void serversAndClientsHaveNoThreadBetweenThemAndTheKernel() throws Exception {
    assertEquals(List.of(), Settling.settled(InLoopIT::sharedPollers, List::isEmpty));
    playWithoutPause();
    assertGameGoesOn();
    await(NamedPipes.pair(vertx));
    assertEquals(List.of(), sharedPollers());
  }
}
