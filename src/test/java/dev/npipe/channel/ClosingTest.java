// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.PipeErrors;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How a connection ends, how long that takes, and what is lost by it. */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class ClosingTest {

  ClosingTest(SimulatedWorld.Drivers drivers) {
    pair = new PipePair(14, drivers).listen();
  }

  private static final int MORE_THAN_THE_QUOTA = 100_000;

  private final PipePair pair;
  private NamedPipeChannel client;
  private Recorder child;

  @BeforeEach
  void connect() {
    client = pair.connect();
    child = pair.child();
  }

  @AfterEach
  void nothingIsLeft() {
    client.close();
    pair.end();
    assertTrue(client.closeFuture().isDone());
  }

  private ChannelFuture writeMoreThanTheQuota() {
    child.channel.config().setAutoRead(false);
    pair.world.settle();
    ChannelFuture written = client.writeAndFlush(Unpooled.directBuffer().writeZero(MORE_THAN_THE_QUOTA));
    pair.world.settle();
    assertFalse(written.isDone());
    return written;
  }

  @Test
  void whatThePeerHasNotReadYetIsStillThereAfterTheClose() {
    child.channel.config().setAutoRead(false);
    pair.world.settle();
    pair.send(client, "one, ");
    pair.send(client, "two");
    client.close();
    pair.world.settle();
    assertFalse(client.isOpen());
    child.channel.config().setAutoRead(true);
    pair.world.settle();
    assertEquals("one, two", child.text());
    assertEquals(CloseReason.LOCAL, client.closeReason());
    assertEquals(CloseReason.PEER_CLOSED, child.channel.closeReason());
  }

  @Test
  void theServersEndKeepsWhatItWroteReadableToo() {
    Recorder recorder = new Recorder();
    NamedPipeChannel second = pair.connect(recorder);
    second.config().setAutoRead(false);
    pair.world.settle();
    pair.send(pair.child().channel, "one, ");
    pair.send(pair.child().channel, "two");
    pair.child().channel.close();
    pair.world.settle();
    second.config().setAutoRead(true);
    pair.world.settle();
    assertEquals("one, two", recorder.text());
  }

  @Test
  void lingerEndsTheWaitForAPeerThatDoesNotRead() {
    client.config().setLinger(Duration.ofMillis(300));
    ChannelFuture written = writeMoreThanTheQuota();
    ChannelFuture closed = client.close();
    pair.world.settle(280);
    assertFalse(closed.isDone());
    pair.world.settle(40);
    assertTrue(closed.isSuccess());
    assertInstanceOf(ClosedChannelException.class, written.cause());
    assertEquals(CloseReason.TIMEOUT, client.closeReason());
  }

  @Test
  void noLingerIsNoWait() {
    client.config().setLinger(Duration.ZERO);
    ChannelFuture written = writeMoreThanTheQuota();
    ChannelFuture closed = client.close();
    pair.world.settle();
    assertTrue(closed.isSuccess());
    assertInstanceOf(ClosedChannelException.class, written.cause());
    assertEquals(CloseReason.LOCAL, client.closeReason());
  }

  @Test
  void laterClosersShareTheFirstOnesOutcome() {
    writeMoreThanTheQuota();
    List<ChannelFuture> closes = new ArrayList<>(List.of(client.close(), client.close(), client.disconnect()));
    client.unsafe().close(client.unsafe().voidPromise());
    pair.world.settle();
    assertTrue(closes.stream().noneMatch(ChannelFuture::isDone));
    child.channel.config().setAutoRead(true);
    pair.world.settle();
    assertTrue(closes.stream().allMatch(ChannelFuture::isSuccess));
    assertEquals(MORE_THAN_THE_QUOTA, child.bytes);
  }

  @Test
  void whoJoinsACloseCannotStopIt() {
    ChannelFuture written = writeMoreThanTheQuota();
    // As when the peer is seen to have gone: nobody holds a future of this close.
    client.unsafe().close(client.unsafe().voidPromise());
    ChannelFuture joined = client.close();
    joined.cancel(false);
    child.channel.config().setAutoRead(true);
    pair.world.settle();
    assertTrue(written.isSuccess());
    assertFalse(client.isOpen());
  }

  @Test
  void anAbortEndsTheWaitOfAClose() {
    writeMoreThanTheQuota();
    ChannelFuture closed = client.close();
    pair.world.settle();
    ChannelFuture aborted = client.abort();
    pair.world.settle();
    assertTrue(closed.isSuccess() && aborted.isSuccess());
    assertEquals(CloseReason.ABORTED, client.closeReason());
  }

  @Test
  void aWriteThatFailsWhileACloseWaitsFailsWithItsCode() {
    ChannelFuture written = writeMoreThanTheQuota();
    ChannelFuture closed = client.close();
    child.channel.abort();
    pair.world.settle();
    assertTrue(closed.isSuccess());
    assertEquals(PipeErrors.PIPE_NOT_CONNECTED,
        assertInstanceOf(NamedPipeException.class, written.cause()).errorCode());
    assertEquals(CloseReason.LOCAL, client.closeReason());
  }

  @Test
  void anAbortOfTheServerIsADisconnectToTheClient() {
    child.channel.abort();
    pair.world.settle();
    assertEquals(CloseReason.ABORTED, child.channel.closeReason());
    assertEquals(CloseReason.PEER_DISCONNECTED, client.closeReason());
  }

  private OptionalLong discardedByAnAbortOfTheServer() {
    child.channel.abort();
    pair.world.settle();
    assertFalse(child.channel.isOpen());
    return child.channel.discardedBytes();
  }

  private void writeToAClientThatDoesNotRead() {
    client.config().setAutoRead(false);
    pair.world.settle();
    pair.send(child.channel, "one, ");
    pair.send(child.channel, "two");
  }

  @Test
  void anAbortOfTheServerSaysHowMuchOfWhatItWroteTheClientHadNotRead() {
    writeToAClientThatDoesNotRead();
    long taken = child.channel.bytesTaken();
    assertEquals(8, taken);
    // A read that was on its way when the client stopped reading has taken what came first.
    long unread = pair.world.kernel.writeQuotaUsed(child.channel.handle());
    assertTrue(unread > 0);
    assertEquals(OptionalLong.of(unread), discardedByAnAbortOfTheServer());
  }

  @Test
  void anAbortThatDiscardsNothingSaysSoThoughAReadOfTheClientHasReservedRoom() {
    pair.send(child.channel, "all of it is read");
    pair.world.settle();
    assertEquals(OptionalLong.of(0), discardedByAnAbortOfTheServer());
  }

  @Test
  void anAbortOfAServerThatWroteNothingDiscardsNothing() {
    assertEquals(OptionalLong.of(0), discardedByAnAbortOfTheServer());
  }

  @Test
  void whereTheSystemDoesNotTellWhatAnAbortDiscardsNothingIsMadeUp() {
    pair.world.kernel.whims.quotaTold = false;
    writeToAClientThatDoesNotRead();
    assertEquals(OptionalLong.empty(), discardedByAnAbortOfTheServer());
  }

  @Test
  void withoutAnOverlappedFlushNobodyTellsWhatAnAbortDiscards() {
    pair.world.kernel.whims.flushSupported = false;
    writeToAClientThatDoesNotRead();
    assertEquals(OptionalLong.empty(), discardedByAnAbortOfTheServer());
  }

  @Test
  void anAbortThatCannotCountDisconnectsAndClosesNevertheless() {
    writeToAClientThatDoesNotRead();
    pair.world.kernel.whims.quotaFailure = new OutOfMemoryError("injected");
    assertEquals(OptionalLong.empty(), discardedByAnAbortOfTheServer());
    assertEquals(CloseReason.PEER_DISCONNECTED, closeReasonOfTheReadingClient());
  }

  private CloseReason closeReasonOfTheReadingClient() {
    client.config().setAutoRead(true);
    pair.world.settle();
    return client.closeReason();
  }

  @Test
  void ofAClientThatHasLeftNothingIsDiscardedAndNothingMadeUp() {
    child.channel.config().setAutoRead(false);
    writeToAClientThatDoesNotRead();
    client.abort();
    pair.world.settle();
    assertEquals(OptionalLong.empty(), discardedByAnAbortOfTheServer());
  }

  @Test
  void anAbortWhileAFlushWaitsCountsToo() {
    writeToAClientThatDoesNotRead();
    ChannelFuture flushed = child.channel.whenRead(Duration.ofSeconds(5));
    pair.world.settle();
    assertFalse(flushed.isDone());
    assertTrue(discardedByAnAbortOfTheServer().orElse(0) > 0);
    assertInstanceOf(ClosedChannelException.class, flushed.cause());
  }

  @Test
  void anAbortOfTheClientDiscardsNothingInThePipe() {
    child.channel.config().setAutoRead(false);
    pair.world.settle();
    pair.send(client, "one");
    client.abort();
    pair.world.settle();
    assertEquals(OptionalLong.of(0), client.discardedBytes());
  }

  @Test
  void theFirstReasonOfAnEndedConnectionIsKept() {
    client.close(CloseReason.TIMEOUT);
    pair.world.settle();
    client.abort();
    pair.world.settle();
    assertEquals(CloseReason.TIMEOUT, client.closeReason());
  }

  @Test
  void theCloseFutureComesAfterTheHandleIsClosed() {
    List<Integer> open = new ArrayList<>();
    int before = pair.world.kernel.openHandles();
    client.closeFuture().addListener(closed -> open.add(pair.world.kernel.openHandles()));
    client.close();
    pair.world.clientLoop.runNow();
    assertEquals(List.of(before - 1), open);
  }

  @Test
  void closingInsideChannelActiveIsTheEndOfIt() {
    List<ChannelFuture> closes = new ArrayList<>();
    ChannelFuture connected = pair.world.client(new ChannelInboundHandlerAdapter() {
      @Override
      public void channelActive(ChannelHandlerContext context) {
        closes.add(context.close());
        context.fireChannelActive();
      }
    }).connect(NamedPipeAddress.of(PipePair.NAME));
    pair.world.settle();
    assertTrue(connected.isSuccess() && closes.get(0).isSuccess());
  }

  @Test
  void aChannelThatWasNeverConnectedClosesToo() {
    Channel idle = pair.world.client(new Recorder()).register().channel();
    pair.world.settle();
    idle.close();
    pair.world.settle();
    assertTrue(idle.closeFuture().isDone());
  }
}
