// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that come faster than their event loops can take them: how many are let go, and when. */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class ArrivalsTest {

  private final PipePair pair;
  private final SimulatedWorld world;
  private final List<ChannelFuture> connects = new ArrayList<>();

  ArrivalsTest(SimulatedWorld.Drivers drivers) {
    pair = new PipePair(52, drivers);
    world = pair.world;
  }

  @AfterEach
  void nothingIsLeft() {
    connects.forEach(connect -> connect.channel().close());
    world.settle(200);
    pair.end();
  }

  private void listen() {
    pair.server = world.listen(PipePair.NAME, null, Map.of(NamedPipeChannelOption.PIPE_PENDING_INSTANCES, 2,
        NamedPipeChannelOption.PIPE_MAX_PENDING_INSTANCES, 2), pair::accept);
  }

  private void connect() {
    connects.add(world.client(new Recorder()).option(NamedPipeChannelOption.PIPE_WHEN_BUSY, WaitPolicy.WAIT)
        .connect(NamedPipeAddress.of(PipePair.NAME)));
  }

  private AcceptCounts counts() {
    return pair.server.acceptCounts();
  }

  private void connectWhileTheChildrensLoopIsBusy(int clients) {
    for (int i = 0; i < clients; i++) {
      connect();
    }
    world.runAllButTheChildren();
  }

  @Test
  void clientsOfAnEventLoopThatIsBusyWaitInThePipeAndNotInItsTasks() {
    listen();
    connectWhileTheChildrensLoopIsBusy(40);
    assertEquals(16, counts().connections());
    for (int served = 16; served < 40; ) {
      // Its turn: there is room for as many as have arrived.
      world.childLoop.runNow();
      // Who found the pipe busy tries again.
      world.ticker.advance(5, TimeUnit.MILLISECONDS);
      world.runAllButTheChildren();
      assertTrue(counts().connections() > served && counts().connections() <= served + 16, counts().toString());
      served = counts().connections();
    }
    world.settle();
    world.settle(200);
    assertEquals(40, pair.children.size());
  }

  @Test
  void anEventLoopThatIsBlockedClosesTheDoorForNobodyElse() {
    listen();
    connectWhileTheChildrensLoopIsBusy(100);
    for (int most = 16; most <= 64; most *= 2) {
      assertEquals(most, counts().connections());
      world.ticker.advance(999, TimeUnit.MILLISECONDS);
      world.runAllButTheChildren();
      assertEquals(most, counts().connections());
      world.ticker.advance(1, TimeUnit.MILLISECONDS);
      world.runAllButTheChildren();
    }
    world.settle();
    world.settle(200);
    assertEquals(100, counts().connections());
    // And a few at a time again.
    connectWhileTheChildrensLoopIsBusy(20);
    assertEquals(116, counts().connections());
  }

  @Test
  void anEventLoopThatClosesItsClientsIsNotBlocked() {
    listen();
    connectWhileTheChildrensLoopIsBusy(40);
    for (int closed = 0; closed < 3; closed++) {
      world.ticker.advance(999, TimeUnit.MILLISECONDS);
      pair.children.get(closed).channel.close();
      world.runAllButTheChildren();
      world.ticker.advance(1, TimeUnit.MILLISECONDS);
      world.runAllButTheChildren();
      assertEquals(16, counts().accepted());
    }
  }

  /** Listens with one instance, and thinks about those who come. */
  private List<Channel> listenUndecided() {
    List<Channel> undecided = new ArrayList<>();
    NamedPipeServerChannel server = new NamedPipeServerChannel(world.io);
    server.config().setOption(NamedPipeChannelOption.PIPE_PENDING_INSTANCES, 1);
    server.config().setOption(NamedPipeChannelOption.PIPE_MAX_PENDING_INSTANCES, 1);
    server.pipeline().addLast(new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object child) {
        undecided.add((Channel) child);
      }
    });
    server.unsafe().register(world.serverLoop, server.newPromise());
    server.bind(NamedPipeAddress.of(PipePair.NAME));
    world.settle();
    pair.server = server;
    return undecided;
  }

  private void refuse(List<Channel> undecided) {
    undecided.forEach(child -> child.unsafe().closeForcibly());
    world.settle();
  }

  @Test
  void clientsThatNoEventLoopHasYetBecauseSomebodyThinksAboutThemTakeNobodysPlace() {
    List<Channel> undecided = listenUndecided();
    for (int i = 0; i < 50; i++) {
      connect();
      // No time passes.
      world.settle();
    }
    assertEquals(50, undecided.size());
    refuse(undecided);
  }

  /** Each instance has a client before it is waited for. */
  private void comeBefore(List<Long> strangers) {
    world.kernel.whims.beforeNextConnect(() -> {
      strangers.add(world.kernel.open(PipePair.PATH, 3, 1));
      if (strangers.size() < 100) {
        comeBefore(strangers);
      }
    });
  }

  private List<Long> strangersComeOneAfterAnother() {
    List<Long> strangers = new ArrayList<>();
    comeBefore(strangers);
    connect();
    return strangers;
  }

  @Test
  void clientsThatComeOneAfterAnotherLeaveTheListenersOwnLoopItsTurn() {
    List<Channel> undecided = listenUndecided();
    List<Long> strangers = strangersComeOneAfterAnother();
    for (int turn = 0; turn < 200 && undecided.size() < 100; turn++) {
      int before = undecided.size();
      world.runAllButTheServer();
      world.serverLoop.runNow();
      assertTrue(undecided.size() <= before + 16, undecided.size() - before + " in a turn");
    }
    world.settle();
    assertEquals(101, undecided.size());
    strangers.forEach(world.kernel::close);
    refuse(undecided);
  }

  @SuppressWarnings("deprecation") // EventLoop.register is how a channel gets to its next loop
  @Test
  void aListenerThatLeavesItsLoopBeforeThatHasHadItsTurnGoesOnAtTheNextOne() {
    List<Channel> undecided = listenUndecided();
    List<Long> strangers = strangersComeOneAfterAnother();
    for (int turn = 0; turn < 200 && undecided.size() < 16; turn++) {
      world.runAllButTheServer();
      world.serverLoop.runNow();
    }
    assertEquals(16, undecided.size());
    pair.server.deregister();
    world.serverLoop.runNow();
    world.childLoop.register(pair.server);
    world.settle();
    assertTrue(undecided.size() > 16, "only " + undecided.size());
    strangers.forEach(world.kernel::close);
    refuse(undecided);
  }

  @SuppressWarnings("deprecation") // as above
  @Test
  void timersOfALoopThatTheListenerHasLeftLetNobodyGo() {
    listen();
    connectWhileTheChildrensLoopIsBusy(40);
    world.ticker.advance(600, TimeUnit.MILLISECONDS);
    pair.server.deregister();
    world.serverLoop.runNow();
    world.clientLoop.register(pair.server);
    world.runAllButTheChildren();
    world.ticker.advance(400, TimeUnit.MILLISECONDS);
    world.runAllButTheChildren();
    assertEquals(16, counts().connections());
    world.ticker.advance(600, TimeUnit.MILLISECONDS);
    world.runAllButTheChildren();
    assertEquals(32, counts().connections());
  }
}
