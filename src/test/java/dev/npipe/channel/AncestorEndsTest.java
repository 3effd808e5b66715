// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.AdoptionKernel;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeInstanceSpec;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The behaviours A14 to A20 of mio-named-pipes: how pipes end, what they are made of, and where they are. */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class AncestorEndsTest {

  private final PipePair pair;
  private NamedPipeChannel client;

  AncestorEndsTest(SimulatedWorld.Drivers drivers) {
    pair = new PipePair(43, drivers);
  }

  private Recorder connect() {
    pair.listen();
    client = pair.connect();
    return pair.child();
  }

  private void read(Recorder child, boolean autoRead) {
    child.channel.config().setAutoRead(autoRead);
    pair.world.settle();
  }

  @AfterEach
  void nothingIsLeft() {
    if (client != null) {
      client.close();
    }
    pair.end();
  }

  @Test
  void a14_aFailedWriteTellsItsCodeAndLaterWritesFailAtOnce() {
    connect();
    pair.world.kernel.whims.failNext(PipeErrors.NO_SYSTEM_RESOURCES);
    ChannelFuture failed = pair.send(client, "never arrives");
    NamedPipeException failure = assertInstanceOf(NamedPipeException.class, failed.cause());
    assertEquals("write", failure.operation());
    assertEquals(PipeErrors.NO_SYSTEM_RESOURCES, failure.errorCode());
    assertFalse(client.isOpen());
    ChannelFuture later = pair.send(client, "neither");
    assertTrue(later.isDone() && !later.isSuccess());
  }

  @Test
  void a15_aFlushEndsWhenThePeerHasReadEverything() {
    Recorder child = connect();
    read(child, false);
    pair.send(client, "taken by the read in the kernel");
    pair.send(client, "unread");
    ChannelFuture flushed = client.whenRead(Duration.ofSeconds(60));
    pair.world.settle(1_000);
    assertFalse(flushed.isDone());
    read(child, true);
    assertTrue(flushed.isSuccess());
    assertEquals("taken by the read in the kernelunread", child.text());
  }

  @Test
  void a16_closingCancelsTheReadButNotTheWrite() {
    Recorder child = connect();
    read(child, false);
    ChannelFuture large = client.writeAndFlush(Unpooled.directBuffer().writeZero(150_000));
    pair.world.settle();
    assertFalse(large.isDone());
    ChannelFuture closed = client.close();
    pair.world.settle();
    assertFalse(closed.isDone(), "the close did not wait for the write");
    read(child, true);
    assertTrue(closed.isDone());
    assertTrue(large.isSuccess());
    assertEquals(150_000, child.bytes);
  }

  @Test
  void a17_aHandleCanBeAdoptedAndGivenOut() {
    PipeInstanceSpec spec = new PipeInstanceSpec(PipePair.PATH, 1, 512, 512, false, true, null);
    long opened = pair.world.kernel.createInstance(spec, true);
    Recorder peer = new Recorder();
    client = pair.connect(peer);
    pair.world.kernel.adoption.facts = new AdoptionKernel.Facts(PipeErrors.SUCCESS, true, false, 3, PipePair.PATH);
    Future<NamedPipeChannel> adopted = new HandleAdoption(pair.world.io).adopt(opened, pair.world.childLoop);
    pair.world.settle();
    NamedPipeChannel channel = adopted.getNow();
    EventLoopGroup loop = pair.world.childLoop;
    loop.register(channel);
    pair.world.settle();
    pair.send(channel, "through the adopted end");
    assertEquals("through the adopted end", peer.text());
    assertEquals(opened, channel.handle());
    channel.close();
    pair.world.settle();
    assertEquals(-1, channel.handle());
  }

  @Test
  void a17_whoeverIsConnectedHasAHandleAndWhoeverIsNotHasNone() {
    Recorder child = connect();
    ChannelFuture registered = pair.world.client(new Recorder()).register();
    pair.world.settle();
    NamedPipeChannel unconnected = (NamedPipeChannel) registered.channel();
    assertEquals(-1, unconnected.handle());
    assertTrue(client.handle() > 0 && child.channel.handle() > 0);
    assertEquals(0, pair.world.kernel.clientState(client.handle()), "it is the handle of an open end");
    client.close();
    unconnected.close();
    pair.world.settle();
    assertEquals(-1, client.handle());
    assertEquals(-1, child.channel.handle());
  }

  @Test
  void a18_anIdleConnectionHoldsOneSmallBuffer() {
    connect();
    assertEquals(2 * 2048, pair.world.allocator.metric().usedDirectMemory(), "of both ends");
  }

  @Test
  void a19_everythingLoadsWhereThereAreNoPipes() {
    if (PipeIo.isAvailable()) {
      assertNull(PipeIo.unavailabilityCause());
    } else {
      Throwable failure = assertThrows(UnsupportedOperationException.class, NamedPipeChannel::new);
      assertTrue(failure.getMessage().contains("Windows"), failure.getMessage());
    }
  }

  @Test
  void a20_bytesAreDeliveredInTheMemoryTheKernelFilled() {
    Recorder child = connect();
    for (int length : new int[] {1, 2_048, 60_000}) {
      pair.send(client, "x".repeat(length));
      assertEquals(pair.world.kernel.lastFilled, child.lastAddress, "a copy was delivered");
    }
    assertTrue(child.allDirect);
  }
}
