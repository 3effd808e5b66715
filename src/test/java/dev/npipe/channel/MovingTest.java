// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Channels that leave their event loop, and go on at another one. */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class MovingTest {

  private final SimulatedWorld.Drivers drivers;
  private final PipePair pair;
  private final List<NamedPipeChannel> clients = new ArrayList<>();

  MovingTest(SimulatedWorld.Drivers drivers) {
    this.drivers = drivers;
    pair = new PipePair(17, drivers).listen();
  }

  @AfterEach
  void nothingIsLeft() {
    clients.forEach(NamedPipeChannel::close);
    pair.end();
  }

  private NamedPipeChannel connect() {
    NamedPipeChannel client = pair.connect();
    clients.add(client);
    return client;
  }

  private void deregister(Channel channel) {
    channel.deregister();
    pair.world.settle();
    assertTrue(channel.isOpen() && !channel.isRegistered());
  }

  @SuppressWarnings("deprecation") // EventLoop.register is how a channel gets to its next loop
  private void register(Channel channel, EventLoop eventLoop) {
    eventLoop.register(channel);
    pair.world.settle();
    assertTrue(channel.isRegistered());
    assertSame(eventLoop, channel.eventLoop());
  }

  private void move(Channel channel, EventLoop eventLoop) {
    channel.deregister();
    pair.world.settle();
    register(channel, eventLoop);
  }

  @Test
  void whatArrivesWhileAChannelIsOnNoLoopWaitsForTheNext() {
    NamedPipeChannel client = connect();
    Recorder child = pair.child();
    deregister(child.channel);
    child.events.clear();
    pair.send(client, "while it had no loop, ");
    assertEquals(List.of(), child.events);
    register(child.channel, pair.world.serverLoop);
    pair.send(client, "on its new loop");
    assertEquals("while it had no loop, on its new loop", child.text());
  }

  @Test
  void aChannelThatIsClosedOnNoLoopGivesEverythingBack() {
    NamedPipeChannel client = connect();
    Recorder child = pair.child();
    deregister(child.channel);
    pair.send(client, "for nobody");
    child.channel.close();
    pair.world.settle(100);
    assertTrue(!child.channel.isOpen() && !client.isOpen());
  }

  @SuppressWarnings("deprecation") // as above
  @Test
  void aListenerGoesOnAtItsNextLoopAndItsNameIsNeverUnowned() {
    connect();
    pair.server.deregister();
    stepWithOwner(300);
    NamedPipeChannel early = (NamedPipeChannel) pair.world.client(new Recorder())
        .connect(NamedPipeAddress.of(PipePair.NAME)).channel();
    clients.add(early);
    stepWithOwner(300);
    assertEquals(1, pair.children.size(), "handed over by a loop that the listener had left");
    pair.world.clientLoop.register(pair.server);
    stepWithOwner(300);
    pair.world.settle();
    assertEquals(2, pair.children.size());
    pair.world.terminate(pair.world.serverLoop);
    for (int i = 0; i < 10; i++) {
      pair.send(connect(), "hello");
      assertEquals("hello", pair.child().text());
    }
    assertEquals(List.of(), pair.acceptErrors);
    assertEquals(pair.server.config().getPendingInstances(), pair.world.kernel.waiting(PipePair.PATH));
  }

  @SuppressWarnings("deprecation") // as above
  @Test
  void aListenerGoesOnThoughTheLoopItHasLeftEndsBeforeItsWaitsHaveEnded() {
    pair.server.deregister();
    pair.world.serverLoop.runNow();
    pair.world.clientLoop.register(pair.server);
    pair.world.clientLoop.runNow();
    pair.world.terminate(pair.world.serverLoop);
    pair.world.settle();
    pair.send(connect(), "hello");
    assertEquals("hello", pair.child().text());
    assertEquals(pair.server.config().getPendingInstances(), pair.world.kernel.waiting(PipePair.PATH));
    assertEquals(List.of(), pair.acceptErrors);
  }

  private void stepWithOwner(int steps) {
    for (int i = 0; i < steps; i++) {
      pair.world.step();
      assertTrue(pair.world.kernel.instances(PipePair.PATH) > 0, "the name has no owner");
    }
  }

  /** A close that waits for a second, for a peer that does not read. */
  private NamedPipeChannel stalledClose() {
    NamedPipeChannel client = connect();
    NamedPipeChannel stalled = pair.child().channel;
    client.config().setAutoRead(false);
    stalled.writeAndFlush(Unpooled.directBuffer().writeZero(4 * SimulatedWorld.QUOTA_BYTES));
    pair.world.settle();
    stalled.config().setLinger(Duration.ofSeconds(1));
    stalled.close();
    pair.world.settle();
    return stalled;
  }

  @Test
  void aLingerThatRunsOutAfterAMoveClosesTheChannelOnItsNewLoop() {
    NamedPipeChannel stalled = stalledClose();
    move(stalled, pair.world.serverLoop);
    pair.world.ticker.advance(1, TimeUnit.SECONDS);
    pair.world.childLoop.runNow();
    assertEquals(CloseReason.LOCAL, stalled.closeReason(), "told by the loop it left");
    pair.world.serverLoop.runNow();
    assertEquals(CloseReason.TIMEOUT, stalled.closeReason());
    pair.world.settle();
    assertTrue(!stalled.isOpen());
  }

  @Test
  void aLingerThatIsLeftBehindOnALoopThatEndsGoesOnAtTheNewLoop() {
    assumeTrue(drivers == SimulatedWorld.Drivers.SHARED, "a loop's own port is left to a thread that no step moves");
    NamedPipeChannel stalled = stalledClose();
    move(stalled, pair.world.serverLoop);
    pair.world.ticker.advance(500, TimeUnit.MILLISECONDS);
    pair.world.terminate(pair.world.childLoop);
    pair.world.settle();
    assertEquals(CloseReason.LOCAL, stalled.closeReason());
    // The cancelled write comes back, or is waited for no longer.
    pair.world.settle(1_700);
    assertEquals(CloseReason.TIMEOUT, stalled.closeReason());
    assertTrue(!stalled.isOpen());
  }

  @Test
  void anAbortOvertakesALingerThatRunsOutMeanwhile() {
    NamedPipeChannel stalled = stalledClose();
    move(stalled, pair.world.serverLoop);
    pair.world.ticker.advance(1, TimeUnit.SECONDS);
    pair.world.childLoop.runNow();
    stalled.abort();
    pair.world.settle();
    assertEquals(CloseReason.ABORTED, stalled.closeReason());
  }

  @Test
  void aFlushWhoseTimeIsUpAfterAMoveFailsOnItsNewLoop() {
    connect().config().setAutoRead(false);
    NamedPipeChannel child = pair.child().channel;
    pair.send(child, "held by the read that was in the kernel");
    pair.send(child, "unread");
    ChannelFuture read = child.whenRead(Duration.ofSeconds(1));
    pair.world.settle();
    move(child, pair.world.serverLoop);
    pair.world.ticker.advance(1, TimeUnit.SECONDS);
    pair.world.childLoop.runNow();
    assertTrue(!read.isDone(), "told by the loop it left");
    pair.world.serverLoop.runNow();
    assertInstanceOf(NamedPipeException.class, read.cause());
  }

  @Test
  void aListenerThatIsClosedOnNoLoopLeavesItsName() {
    deregister(pair.server);
    pair.server.close();
    pair.world.settle(100);
    assertEquals(0, pair.world.kernel.instances(PipePair.PATH));
  }
}
