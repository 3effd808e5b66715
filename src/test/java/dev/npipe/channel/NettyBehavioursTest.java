// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the tests of Netty's own transports demand of each of them, under the names they have there; what a test beside
 * this one shows (auto-read, pending reads, cancelled writes, released buffers, attempts to connect) is not repeated.
 */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class NettyBehavioursTest {

  private static final int MESSAGES = 50;
  private static final int MESSAGE_BYTES = 10_000;

  private final PipePair pair;
  private NamedPipeChannel client;

  NettyBehavioursTest(SimulatedWorld.Drivers drivers) {
    pair = new PipePair(31, drivers).listen();
  }

  @AfterEach
  void nothingIsLeft() {
    if (client != null) {
      client.close();
    }
    pair.end();
  }

  /** Throws in one event, the first time. */
  private static final class Thrower extends ChannelInboundHandlerAdapter {

    private final RuntimeException thrown = new IllegalStateException("a mistake of the application");
    private final List<Throwable> caught = new ArrayList<>();
    private final boolean inActive;
    private boolean hasThrown;

    Thrower(boolean inActive) {
      this.inActive = inActive;
    }

    private void once() {
      if (!hasThrown) {
        hasThrown = true;
        throw thrown;
      }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      if (inActive) {
        once();
      }
      context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (!inActive && !hasThrown) {
        ((ByteBuf) message).release();
        once();
      }
      context.fireChannelRead(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      caught.add(cause);
    }
  }

  private NamedPipeChannel unconnected(Recorder recorder) {
    ChannelFuture registered = pair.world.client(recorder).register();
    pair.world.settle();
    assertTrue(registered.isSuccess());
    client = (NamedPipeChannel) registered.channel();
    return client;
  }

  @Test
  void exceptionHandling_whatChannelReadThrowsIsToldOnceAndReadingGoesOn() {
    client = pair.connect();
    Thrower thrower = new Thrower(false);
    pair.child().channel.pipeline().addFirst(thrower);
    pair.send(client, "this one fails");
    assertEquals(List.of(thrower.thrown), thrower.caught);
    assertTrue(pair.child().channel.isActive());
    pair.send(client, "this one does not");
    assertEquals("this one does not", pair.child().text());
    assertEquals(1, thrower.caught.size());
  }

  @Test
  void exceptionHandling_whatChannelActiveThrowsIsToldOnceAndReadingBegins() {
    Thrower thrower = new Thrower(true);
    Recorder recorder = new Recorder();
    client = pair.world.connect(PipePair.NAME, thrower);
    client.pipeline().addLast(recorder);
    pair.send(pair.child().channel, "read all the same");
    assertEquals(List.of(thrower.thrown), thrower.caught);
    assertEquals("read all the same", recorder.text());
  }

  @Test
  void multipleConnect_aSecondIsRefusedAndTheFirstGoesOn() {
    client = unconnected(new Recorder());
    ChannelFuture first = client.connect(NamedPipeAddress.of(PipePair.NAME));
    ChannelFuture pending = client.connect(NamedPipeAddress.of(PipePair.NAME));
    pair.world.settle();
    assertInstanceOf(ConnectionPendingException.class, pending.cause());
    assertTrue(first.isSuccess());
    ChannelFuture late = client.connect(NamedPipeAddress.of(PipePair.NAME));
    pair.world.settle();
    assertInstanceOf(AlreadyConnectedException.class, late.cause());
    pair.send(client, "by the first");
    assertEquals("by the first", pair.child().text());
    assertEquals(1, pair.children.size());
  }

  @Test
  void multipleBind_aSecondIsRefusedAndTheFirstGoesOn() {
    ChannelFuture second = pair.server.bind(NamedPipeAddress.of("another"));
    pair.world.settle();
    assertInstanceOf(AlreadyBoundException.class, second.cause());
    assertEquals(NamedPipeAddress.of(PipePair.NAME), pair.server.localAddress());
    client = pair.connect();
    assertTrue(client.isActive());
  }

  @Test
  void channelNotYetConnected_writingFailsAndReadingWaits() {
    Recorder recorder = new Recorder();
    client = unconnected(recorder);
    ByteBuf bytes = PipePair.bytes("to nobody");
    ChannelFuture written = client.write(bytes);
    client.flush();
    client.read();
    pair.world.settle();
    assertInstanceOf(NotYetConnectedException.class, written.cause());
    assertEquals(0, bytes.refCnt());
    assertTrue(client.isOpen());
    assertEquals(List.of(), recorder.events);
    client.config().setAutoRead(false);
    client.connect(NamedPipeAddress.of(PipePair.NAME));
    pair.world.settle();
    pair.send(pair.child().channel, "for the read of before");
    assertEquals("for the read of before", recorder.text());
  }

  @Test
  void writeBeforeRegistered_whatIsWrittenBeforeTheConnectIsDoneFailsOrArrives() {
    ChannelFuture connected = pair.world.client(new Recorder()).connect(NamedPipeAddress.of(PipePair.NAME));
    client = (NamedPipeChannel) connected.channel();
    ByteBuf bytes = PipePair.bytes("early");
    ChannelFuture written = client.writeAndFlush(bytes);
    pair.world.settle();
    assertTrue(connected.isSuccess());
    assertTrue(written.isDone());
    assertEquals(0, bytes.refCnt());
    assertEquals(written.isSuccess() ? "early" : "", pair.child().text());
  }

  @Test
  void dataReadInitialState_withAutoReadOffFromTheBeginningNothingIsReadUnasked() {
    Recorder recorder = new Recorder();
    ChannelFuture connected = pair.world.client(recorder).option(ChannelOption.AUTO_READ, false)
        .connect(NamedPipeAddress.of(PipePair.NAME));
    pair.world.settle();
    client = (NamedPipeChannel) connected.channel();
    pair.send(pair.child().channel, "first");
    assertEquals(List.of("active"), recorder.events);
    client.read();
    pair.world.settle();
    assertEquals("first", recorder.text());
    pair.send(pair.child().channel, "second");
    assertEquals("first", recorder.text());
  }

  @Test
  void dataReadInitialState_withAutoReadOnAllIsRead() {
    Recorder recorder = new Recorder();
    client = pair.connect(recorder);
    pair.send(pair.child().channel, "first ");
    pair.send(pair.child().channel, "second");
    assertEquals("first second", recorder.text());
  }

  @Test
  void conditionalWritability_whoWritesOnlyWhileItMayIsToldWhenItMayAgain() {
    client = pair.connect();
    client.config().setWriteBufferWaterMark(new WriteBufferWaterMark(MESSAGE_BYTES, 3 * MESSAGE_BYTES));
    List<Boolean> told = new ArrayList<>();
    int[] left = {MESSAGES};
    Runnable writeOn = () -> {
      while (left[0] > 0 && client.isWritable()) {
        left[0]--;
        client.writeAndFlush(Unpooled.directBuffer(MESSAGE_BYTES).writeZero(MESSAGE_BYTES));
      }
    };
    client.pipeline().addLast(new ChannelInboundHandlerAdapter() {
      @Override
      public void channelWritabilityChanged(ChannelHandlerContext context) {
        told.add(client.isWritable());
        // Not from within the write that has just made it unwritable.
        context.executor().execute(writeOn);
      }
    });
    pair.child().channel.config().setAutoRead(false);
    pair.world.settle();
    writeOn.run();
    pair.world.settle();
    assertFalse(told.get(told.size() - 1));
    assertTrue(left[0] > 0, "nothing has held the writer back");
    pair.child().channel.config().setAutoRead(true);
    pair.world.settle();
    assertEquals((long) MESSAGES * MESSAGE_BYTES, pair.child().bytes);
    assertEquals(0, left[0]);
    for (int i = 0; i < told.size(); i++) {
      assertEquals(i % 2 == 1, told.get(i), "told twice the same: " + told);
    }
  }

  @Test
  void closeForcibly_thePeerSeesTheEndAtOnce() {
    client = pair.connect();
    NamedPipeChannel child = pair.child().channel;
    child.unsafe().closeForcibly();
    pair.world.settle();
    assertFalse(client.isOpen());
    assertEquals(CloseReason.PEER_CLOSED, client.closeReason());
    assertTrue(client.closeFuture().isDone());
    assertInstanceOf(ClosedChannelException.class, client.writeAndFlush(PipePair.bytes("too late")).cause());
  }

  @Test
  void aClosedChannelStillKnowsItsAddressesAndWhatItIs() {
    Recorder recorder = new Recorder();
    client = pair.connect(recorder);
    NamedPipeChannel child = pair.child().channel;
    String open = client.toString();
    client.close();
    pair.world.settle();
    assertEquals(NamedPipeAddress.of(PipePair.NAME), client.remoteAddress());
    assertEquals(NamedPipeAddress.of(PipePair.NAME), child.localAddress());
    assertSame(pair.server, child.parent());
    assertTrue(client.toString().contains(PipePair.NAME), client.toString());
    assertTrue(open.contains(client.id().asShortText()), open);
    assertTrue(recorder.unregisteredAfterInactive);
  }
}
