// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.PipeErrors;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.WriteBufferWaterMark;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is sent, in which pieces, and what its futures say. */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class WritingTest {

  private final PipePair pair;
  private NamedPipeChannel client;
  private Recorder child;

  @BeforeEach
  void connect() {
    client = pair.connect();
    child = pair.child();
  }

  WritingTest(SimulatedWorld.Drivers drivers) {
    pair = new PipePair(12, drivers).listen();
  }

  @AfterEach
  void nothingIsLeft() {
    client.close();
    pair.end();
  }

  private static String text(int length) {
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(text.length()).append(' ');
    }
    text.setLength(length);
    return text.toString();
  }

  private static ByteBuf direct(String text) {
    return Unpooled.directBuffer().writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aKernelThatTakesOneByteAtATimeGetsThemAllInOrder() {
    pair.world.kernel.whims.shortWrite = 1;
    ChannelFuture sent = pair.send(client, text(1000));
    assertTrue(sent.isSuccess());
    assertEquals(text(1000), child.text());
  }

  @Test
  void aShortWriteOfALargeDirectBufferContinuesWhereItStopped() {
    pair.world.kernel.whims.shortWrite = 997;
    ChannelFuture sent = client.writeAndFlush(direct(text(100_000)));
    pair.world.settle();
    assertTrue(sent.isSuccess());
    assertEquals(text(100_000), child.text());
  }

  @Test
  void moreThanOneWriteTakesAndMoreThanTheQuotaArrivesWhole() {
    String large = text(3 * 1024 * 1024 + 5);
    ChannelFuture one = client.writeAndFlush(direct(large));
    ChannelFuture two = client.writeAndFlush(PipePair.bytes(large));
    pair.world.settle();
    assertTrue(one.isSuccess() && two.isSuccess());
    assertEquals(2L * large.length(), child.bytes);
    assertEquals(large + large, child.text());
  }

  @Test
  void aMessagesFutureWaitsForItsLastByte() {
    child.channel.config().setAutoRead(false);
    pair.world.settle();
    List<String> done = new ArrayList<>();
    client.write(direct(text(60_000))).addListener(written -> done.add("first"));
    client.write(direct(text(60_000))).addListener(written -> done.add("second"));
    client.flush();
    pair.world.settle();
    assertEquals(List.of("first"), done);
    child.channel.config().setAutoRead(true);
    pair.world.settle();
    assertEquals(List.of("first", "second"), done);
  }

  @Test
  void smallMessagesAreGatheredIntoOneWrite() {
    int before = pair.world.kernel.writes;
    List<ChannelFuture> futures = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      futures.add(client.write(PipePair.bytes(i + " ")));
    }
    client.flush();
    pair.world.settle();
    assertEquals(1, pair.world.kernel.writes - before);
    assertTrue(futures.stream().allMatch(ChannelFuture::isSuccess));
  }

  @Test
  void nothingOfNothingReachesTheKernelAndItsFuturesSucceed() {
    int before = pair.world.kernel.writes;
    ChannelFuture alone = client.writeAndFlush(Unpooled.EMPTY_BUFFER);
    ChannelFuture another = client.writeAndFlush(Unpooled.directBuffer());
    pair.world.settle();
    assertTrue(alone.isSuccess() && another.isSuccess());
    assertEquals(0, pair.world.kernel.writes - before);
    ChannelFuture leading = client.write(Unpooled.EMPTY_BUFFER);
    ChannelFuture text = client.write(PipePair.bytes("text"));
    ChannelFuture trailing = client.writeAndFlush(Unpooled.EMPTY_BUFFER);
    pair.world.settle();
    assertTrue(leading.isSuccess() && text.isSuccess() && trailing.isSuccess());
    assertEquals("text", child.text());
    assertEquals(1, pair.world.kernel.writes - before);
  }

  @Test
  void whatIsNotBytesIsRefusedByName() {
    ChannelFuture refused = client.writeAndFlush("a string");
    pair.world.settle();
    Throwable cause = assertInstanceOf(UnsupportedOperationException.class, refused.cause());
    assertTrue(cause.getMessage().contains("String"), cause.getMessage());
    assertTrue(client.isActive());
  }

  @Test
  void aWriteAfterCloseFailsAndItsBufferIsReleased() {
    client.close();
    ByteBuf late = direct("late");
    ChannelFuture failed = client.writeAndFlush(late);
    pair.world.settle();
    assertInstanceOf(ClosedChannelException.class, failed.cause());
    assertEquals(0, late.refCnt());
  }

  @Test
  void aWriteWhileACloseWaitsFailsAtOnce() {
    child.channel.config().setAutoRead(false);
    pair.world.settle();
    client.writeAndFlush(direct(text(100_000)));
    client.close();
    pair.world.settle();
    assertTrue(client.isOpen());
    ByteBuf late = direct("late");
    ChannelFuture failed = client.writeAndFlush(late);
    pair.world.settle();
    assertInstanceOf(ClosedChannelException.class, failed.cause());
    assertEquals(0, late.refCnt());
    client.abort();
  }

  @Test
  void writabilityFollowsWhatWaits() {
    client.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1_000, 100_000));
    child.channel.config().setAutoRead(false);
    pair.world.settle();
    client.writeAndFlush(direct(text(300_000)));
    pair.world.settle();
    assertFalse(client.isWritable());
    child.channel.config().setAutoRead(true);
    pair.world.settle();
    assertTrue(client.isWritable());
    assertEquals(0, client.unsafe().outboundBuffer().totalPendingWriteBytes());
  }

  @Test
  void everyKindOfBufferArrives() {
    client.write(Unpooled.compositeBuffer().addComponents(true, direct("composite "), PipePair.bytes("of two ")));
    client.write(Unpooled.wrappedBuffer("wrapped ".getBytes(StandardCharsets.UTF_8)));
    client.write(direct("skip direct ").skipBytes(5));
    client.write(direct("read-only ").asReadOnly());
    client.write(Unpooled.compositeBuffer().addComponents(true, direct(text(30_000)), direct(text(30_000))));
    client.write(PipePair.bytes(text(40_000)), client.voidPromise());
    client.flush();
    pair.world.settle();
    assertEquals("composite of two wrapped direct read-only " + text(30_000) + text(30_000) + text(40_000),
        child.text());
  }

  @Test
  void whatAListenerWritesComesAfterWhatWaitsAlready() {
    client.write(PipePair.bytes("1")).addListener(written -> client.writeAndFlush(PipePair.bytes("3")));
    client.write(PipePair.bytes("2"));
    client.flush();
    pair.world.settle();
    assertEquals("123", child.text());
  }

  @Test
  void aCancelledWriteIsNotSent() {
    client.write(PipePair.bytes("1"));
    ChannelFuture cancelled = client.write(PipePair.bytes("2"));
    client.write(PipePair.bytes("3"));
    client.eventLoop().execute(() -> cancelled.cancel(false));
    pair.world.settle();
    client.flush();
    pair.world.settle();
    assertTrue(cancelled.isCancelled());
    assertEquals("13", child.text());
  }

  @Test
  void oneWriteAtATimeLetsOthersHaveTheLoopAndSendsAll() {
    client.config().setWriteSpinCount(1);
    List<Integer> runs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      client.write(direct(text(20_000)));
    }
    client.eventLoop().execute(() -> {
      client.flush();
      client.eventLoop().execute(() -> runs.add(pair.world.kernel.writes));
    });
    int before = pair.world.kernel.writes;
    pair.world.settle();
    assertTrue(runs.get(0) - before < 3, "the loop was kept for " + (runs.get(0) - before) + " writes");
    assertEquals(200_000, child.bytes);
  }

  @Test
  void withoutSkipModeEverythingArrivesToo() {
    client.close();
    pair.world.kernel.whims.skipModeSupported = false;
    client = pair.connect();
    client = pair.connect();
    String large = text(200_000);
    ChannelFuture sent = pair.send(client, large);
    assertTrue(sent.isSuccess());
    assertEquals(large, pair.child().text());
  }

  @Test
  void whatWasFlushedAfterAFailureFailsWithItToo() {
    ChannelFuture unflushed = client.write(PipePair.bytes("unflushed"));
    pair.world.kernel.whims.failNext(PipeErrors.NO_DATA);
    client.flush();
    ChannelFuture behind = client.writeAndFlush(PipePair.bytes("behind"));
    pair.world.settle();
    for (ChannelFuture failed : List.of(unflushed, behind)) {
      assertEquals(PipeErrors.NO_DATA, assertInstanceOf(NamedPipeException.class, failed.cause()).errorCode());
    }
    assertEquals("", child.text());
  }

  @Test
  void aPipeThatDoesNotWaitForRoomFailsTheWriteInsteadOfBeingAskedForEver() {
    pair.world.kernel.whims.shortWrite = 0;
    int writes = pair.world.kernel.writes;
    ChannelFuture failed = pair.send(client, "no room");
    NamedPipeException failure = assertInstanceOf(NamedPipeException.class, failed.cause());
    assertEquals(PipeErrors.WRITE_FAULT, failure.errorCode());
    assertTrue(failure.getMessage().contains("PIPE_NOWAIT"), failure.getMessage());
    assertEquals(1, pair.world.kernel.writes - writes);
    pair.world.kernel.whims.shortWrite = Integer.MAX_VALUE;
  }

  @Test
  void whoStopsReadingAfterAWriteHasFoundThePeerGoneIsClosed() {
    pair.world.kernel.whims.failNext(PipeErrors.NO_DATA);
    pair.send(client, "for nobody");
    assertTrue(client.isOpen(), "the end of what the peer wrote is to come");
    client.config().setAutoRead(false);
    pair.world.settle();
    assertFalse(client.isOpen());
    assertEquals(CloseReason.PEER_CLOSED, client.closeReason());
  }

  @Test
  void outOfMemoryForAWriteFailsItAndEndsTheConnection() {
    pair.world.allocator.refuse(1);
    ChannelFuture failed = pair.send(client, "no memory for this");
    assertTrue(failed.isDone() && !failed.isSuccess());
    assertFalse(client.isOpen());
    assertTrue(client.closeFuture().isDone());
    assertEquals(CloseReason.ERROR, client.closeReason());
    assertEquals(CloseReason.PEER_CLOSED, child.channel.closeReason());
  }

  @Test
  void aListenerThatAbortsBetweenGatheredMessagesLeavesNothingBehind() {
    ChannelFuture second;
    client.write(PipePair.bytes("one")).addListener(written -> client.abort());
    second = client.write(PipePair.bytes("two"));
    client.flush();
    pair.world.settle();
    assertTrue(second.isDone());
    assertFalse(client.isOpen());
    assertTrue(client.closeFuture().isDone());
  }

  @Test
  void aListenerThatAbortsOnACompletionThatWaitedLeavesNothingBehind() {
    pair.world.kernel.whims.latePercent = 100;
    client.write(PipePair.bytes("one")).addListener(written -> client.abort());
    ChannelFuture second = client.write(PipePair.bytes("two"));
    client.flush();
    pair.world.settle();
    assertTrue(second.isDone());
    assertTrue(client.closeFuture().isDone());
  }
}
