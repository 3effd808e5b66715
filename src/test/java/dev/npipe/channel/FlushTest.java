// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.PipeErrors;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A15: a flush says when the peer has read everything: overlapped, or by a thread where the system cannot. */
@ParameterizedClass
@CsvSource({"SHARED, true", "SHARED, false", "IN_LOOP, true", "IN_LOOP, false"})
@ExtendWith(LogWatch.class)
class FlushTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  private final SimulatedWorld.Drivers drivers;
  private final boolean overlapped;
  private final PipePair pair;
  private NamedPipeChannel client;
  private Recorder child;

  FlushTest(SimulatedWorld.Drivers drivers, boolean overlapped) {
    this.drivers = drivers;
    this.overlapped = overlapped;
    pair = newPair(31).listen();
  }

  private PipePair newPair(long seed) {
    PipePair created = new PipePair(seed, drivers);
    created.world.kernel.whims.flushSupported = overlapped;
    return created;
  }

  @BeforeEach
  void connect() {
    client = pair.connect();
    child = pair.child();
    child.channel.config().setAutoRead(false);
    pair.world.settle();
    // Taken by the read that was in the kernel when reading stopped.
    pair.send(client, "held");
  }

  @AfterEach
  void nothingIsLeft() {
    client.close();
    pair.end();
  }

  private void read() {
    child.channel.config().setAutoRead(true);
    pair.world.settle();
  }

  private static int errorOf(ChannelFuture failed) {
    return assertInstanceOf(NamedPipeException.class, failed.cause()).errorCode();
  }

  @Test
  void aFlushEndsWhenThePeerHasReadEverything() {
    pair.send(client, "unread");
    ChannelFuture flushed = client.whenRead(LONG);
    pair.world.settle();
    assertFalse(flushed.isDone());
    read();
    assertTrue(flushed.isSuccess());
  }

  @Test
  void aFlushWaitsForTheWritesBeforeIt() {
    ChannelFuture written = client.write(Unpooled.directBuffer().writeZero(200_000));
    ChannelFuture flushed = client.whenRead(LONG);
    pair.world.settle();
    assertFalse(written.isDone() || flushed.isDone());
    read();
    assertTrue(written.isSuccess() && flushed.isSuccess());
    assertEquals(200_004, child.bytes);
  }

  @Test
  void aFlushOfNothingEndsAtOnce() {
    ChannelFuture flushed = client.whenRead(LONG);
    pair.world.settle();
    assertTrue(flushed.isSuccess());
  }

  @Test
  void theDeadlineCancelsTheOperationAndOthersWaitOn() {
    pair.send(client, "unread");
    ChannelFuture first = client.whenRead(Duration.ofMillis(100));
    ChannelFuture second = client.whenRead(LONG);
    pair.world.settle();
    pair.world.settle(150);
    assertEquals(PipeErrors.WAIT_TIMEOUT, errorOf(first));
    assertFalse(second.isDone());
    read();
    assertTrue(second.isSuccess());
  }

  @Test
  void aDeadlineBeforeTheWritesHaveLeftCounts() {
    client.write(Unpooled.directBuffer().writeZero(200_000));
    ChannelFuture flushed = client.whenRead(Duration.ofMillis(100));
    pair.world.settle(150);
    assertEquals(PipeErrors.WAIT_TIMEOUT, errorOf(flushed));
  }

  @Test
  void manyWhoAskTogetherShareTheOperation() {
    pair.send(client, "unread");
    int begun = pair.world.kernel.flushesBegun;
    List<ChannelFuture> flushes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      flushes.add(client.whenRead(LONG));
      pair.world.settle();
    }
    assertEquals(1, pair.world.kernel.flushesBegun - begun);
    read();
    assertTrue(flushes.stream().allMatch(ChannelFuture::isSuccess));
  }

  @Test
  void aPeerThatLeavesFailsTheFlushWithItsCode() {
    pair.send(client, "unread");
    ChannelFuture flushed = client.whenRead(LONG);
    pair.world.settle();
    child.channel.close();
    pair.world.settle();
    assertTrue(flushed.isDone());
    assertEquals(PipeErrors.BROKEN_PIPE, errorOf(flushed));
    assertEquals(CloseReason.PEER_CLOSED, client.closeReason());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPeerThatHasLeftWithoutReadingFailsTheFlushAlsoWhileWhatItWroteIsThere(boolean messages) {
    PipePair other = newPair(32);
    other.world.messages = messages;
    other.listen();
    NamedPipeChannel writer = other.connect();
    other.child().channel.config().setAutoRead(false);
    writer.config().setAutoRead(false);
    other.send(writer, "held");
    other.send(writer, "unread");
    other.send(other.child().channel, "held");
    other.send(other.child().channel, "last words");
    other.child().channel.close();
    other.world.settle();
    ChannelFuture flushed = writer.whenRead(LONG);
    other.world.settle();
    assertEquals(PipeErrors.BROKEN_PIPE, errorOf(flushed));
    writer.close();
    other.end();
  }

  private ChannelFuture listenToOtherMachines() {
    ChannelFuture open = pair.world.server(pair::accept)
        .option(NamedPipeChannelOption.PIPE_REJECT_REMOTE_CLIENTS, false)
        .bind(NamedPipeAddress.of("open"));
    pair.world.settle();
    return open;
  }

  @Test
  void aFlushOfAnotherMachinesPipeAsksNothingThatGoesOverTheNetwork() {
    ChannelFuture open = listenToOtherMachines();
    NamedPipeChannel remote = pair.world.connect("\\\\other\\pipe\\open", new Recorder());
    ChannelFuture flushed = remote.whenRead(LONG);
    pair.world.settle();
    assertTrue(flushed.isSuccess(), String.valueOf(flushed.cause()));
    remote.close();
    open.channel().close();
  }

  @Test
  void aFlushThatAnotherMachineDoesNotKnowIsMadeByAThreadHoweverLateThatIsSaid() {
    ChannelFuture open = listenToOtherMachines();
    pair.world.kernel.whims.flushSupported = false;
    NamedPipeChannel remote = pair.world.connect("\\\\other\\pipe\\open", new Recorder());
    pair.child().channel.config().setAutoRead(false);
    pair.send(remote, "taken by the read");
    pair.send(remote, "unread");
    pair.world.kernel.whims.latePercent = 100;
    ChannelFuture flushed = remote.whenRead(LONG);
    pair.world.settle();
    assertFalse(flushed.isDone());
    pair.child().channel.config().setAutoRead(true);
    pair.world.settle();
    assertTrue(flushed.isSuccess(), String.valueOf(flushed.cause()));
    remote.close();
    open.channel().close();
  }

  @Test
  void aFlushOfWhichNobodyKnowsWhetherThePeerWasThereFails() {
    pair.world.kernel.whims.connectionFailure = PipeErrors.ACCESS_DENIED;
    read();
    pair.send(client, "read or discarded");
    ChannelFuture flushed = client.whenRead(LONG);
    pair.world.settle();
    assertEquals(PipeErrors.ACCESS_DENIED, errorOf(flushed));
    assertTrue(client.isActive());
    pair.world.kernel.whims.connectionFailure = PipeErrors.SUCCESS;
  }

  @Test
  void aFlushForWhichThereIsNoHandleIsToldSo() {
    pair.send(client, "unread");
    pair.world.kernel.whims.failNextDuplicate(PipeErrors.NO_SYSTEM_RESOURCES);
    ChannelFuture flushed = client.whenRead(LONG);
    pair.world.settle();
    if (overlapped) {
      assertFalse(flushed.isDone(), "it needs no handle");
    } else {
      assertEquals(PipeErrors.NO_SYSTEM_RESOURCES, errorOf(flushed));
    }
    assertTrue(client.isActive());
  }

  @Test
  void aCloseDuringAFlushIsSeenByThePeer() {
    pair.send(client, "unread");
    client.whenRead(LONG);
    pair.world.settle();
    client.close();
    pair.world.settle(50);
    assertEquals(0, pair.world.kernel.threads.busy());
    read();
    assertEquals("heldunread", child.text());
    assertEquals(CloseReason.PEER_CLOSED, child.channel.closeReason());
  }

  @Test
  void aFlushThatStillWaitsForAThreadKeepsNoClosedPipeOpen() {
    pair.send(client, "unread");
    pair.world.kernel.threads.held = true;
    client.whenRead(LONG);
    pair.world.settle();
    client.close();
    pair.world.settle();
    read();
    assertEquals("heldunread", child.text());
    assertEquals(CloseReason.PEER_CLOSED, child.channel.closeReason());
    pair.world.kernel.threads.held = false;
  }

  @Test
  void closingFailsTheFlushAndLosesNothing() {
    pair.send(client, "unread");
    ChannelFuture flushed = client.whenRead(LONG);
    pair.world.settle();
    client.close();
    pair.world.settle();
    assertInstanceOf(ClosedChannelException.class, flushed.cause());
    read();
    assertEquals("heldunread", child.text());
    ChannelFuture late = client.whenRead(LONG);
    pair.world.settle();
    assertInstanceOf(ClosedChannelException.class, late.cause());
  }

  @Test
  void theBytesTakenAreCounted() {
    assertEquals(4, client.bytesTaken());
    client.writeAndFlush(Unpooled.directBuffer().writeZero(200_000));
    pair.world.settle();
    assertEquals(4 + 65_536, client.bytesTaken());
    read();
    assertEquals(200_004, client.bytesTaken());
  }

  @Test
  void aCancelledWriteThatCameToItsEndAfterAllIsNotCountedAsLost() {
    for (int i = 0; i < 30; i++) {
      NamedPipeChannel writer = pair.connect();
      Recorder reader = pair.child();
      pair.world.kernel.whims.latePercent = 100;
      ChannelFuture written = writer.writeAndFlush(PipePair.bytes("all or nothing"));
      pair.world.clientLoop.runNow();
      writer.abort();
      pair.world.settle();
      assertEquals(reader.bytes, writer.bytesTaken());
      assertEquals(reader.bytes == 14, written.isSuccess());
      pair.world.kernel.whims.latePercent = 0;
    }
  }
}
