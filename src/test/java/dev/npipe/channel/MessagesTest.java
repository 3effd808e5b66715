// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.PipeErrors;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages arrive whole, one by one, whatever their size, and no more of them is kept than is allowed. */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class MessagesTest {

  private static final int READ_BYTES = 16;

  private final PipePair pair;
  private NamedPipeChannel client;
  private Recorder child;

  MessagesTest(SimulatedWorld.Drivers drivers) {
    pair = new PipePair(21, drivers);
  }

  private void connect() {
    pair.world.messages = true;
    // So small that most messages take more than one read.
    pair.readBytes = READ_BYTES;
    pair.listen();
    client = pair.connect();
    child = pair.child();
  }

  @AfterEach
  void nothingIsLeft() {
    if (client != null) {
      client.close();
    }
    pair.end();
  }

  private static String text(int length) {
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append((char) ('a' + text.length() % 26));
    }
    return text.toString();
  }

  @Test
  void oneWriteIsOneMessageWhateverItsSize() {
    connect();
    List<String> sent = List.of("x", text(15), text(16), text(17), text(32), text(33), text(5_000), text(300_000));
    sent.forEach(message -> client.write(PipePair.bytes(message)));
    client.flush();
    pair.world.settle();
    assertEquals(sent, child.messages);
    assertTrue(client.isMessageMode() && child.channel.isMessageMode());
  }

  @Test
  void messagesGoBothWaysLateAndInAnyOrderOfEvents() {
    connect();
    pair.world.kernel.whims.latePercent = 70;
    Recorder recorder = new Recorder();
    client.pipeline().addFirst(recorder);
    for (int i = 0; i < 50; i++) {
      client.writeAndFlush(PipePair.bytes(text(i * 7)));
      child.channel.writeAndFlush(PipePair.bytes(text(i * 5)));
    }
    pair.world.settle();
    // An empty buffer is no message.
    assertEquals(49, child.messages.size());
    assertEquals(49, recorder.messages.size());
    assertEquals(text(49 * 7), child.messages.get(48));
    assertEquals(text(49 * 5), recorder.messages.get(48));
  }

  @Test
  void noPacketIsSkippedWhereMessagesAreRead() {
    connect();
    pair.send(client, "into the buffer of before");
    int before = pair.world.kernel.packets();
    pair.send(client, text(READ_BYTES * 2));
    // Its write, and the two reads it took.
    assertEquals(3, pair.world.kernel.packets() - before);
  }

  @Test
  void anEmptyBufferIsNoMessageAndAnEmptyPipeMessageIs() {
    connect();
    ChannelFuture flushed = pair.send(client, "");
    assertTrue(flushed.isSuccess());
    assertEquals(List.of(), child.messages);
    ChannelFuture sent = client.writeAndFlush(new PipeMessage(Unpooled.EMPTY_BUFFER));
    client.writeAndFlush(new PipeMessage(PipePair.bytes("after it")));
    pair.world.settle();
    assertTrue(sent.isSuccess());
    assertEquals(List.of("", "after it"), child.messages);
  }

  @Test
  void aMessageThatWasTakenInPartIsAFailureAndNotCalledSent() {
    connect();
    pair.world.kernel.whims.shortWrite = 3;
    ChannelFuture failed = pair.send(client, "a message");
    assertEquals(PipeErrors.WRITE_FAULT, assertInstanceOf(NamedPipeException.class, failed.cause()).errorCode());
    pair.world.kernel.whims.shortWrite = Integer.MAX_VALUE;
  }

  @Test
  void anEmptyMessageIsTheEndOfTheStreamWhereThatIsAskedFor() {
    connect();
    child.channel.config().setZeroLengthMessages(ZeroLengthMessages.END_OF_STREAM);
    pair.send(client, "the last");
    client.write(new PipeMessage(Unpooled.EMPTY_BUFFER));
    pair.send(client, "after the end");
    assertEquals(List.of("the last"), child.messages);
    assertTrue(child.events.contains("ChannelInputShutdownEvent"));
    assertTrue(child.channel.isActive());
    assertTrue(pair.send(child.channel, "an answer").isSuccess());
    client.close();
    pair.world.settle();
    assertFalse(child.channel.isOpen());
    assertEquals(CloseReason.PEER_CLOSED, child.channel.closeReason());
  }

  @Test
  void aMessageThatIsTooLongEndsTheConnection() {
    connect();
    child.channel.config().setMaxMessageSize(100);
    pair.send(client, text(100));
    pair.send(client, text(101));
    assertEquals(List.of(text(100)), child.messages);
    MessageTooLongException failure = assertInstanceOf(MessageTooLongException.class, child.failures.get(0));
    assertEquals(100, failure.maxMessageSize());
    assertEquals(-1, failure.messageSize());
    assertEquals(PipePair.PATH, failure.path());
    assertEquals(CloseReason.ERROR, child.channel.closeReason());
    assertEquals(List.of("complete", "exception", "inactive"), child.lastOf("exception", "complete", "inactive"));
  }

  @Test
  void aMessageThatIsTooLongIsDiscardedAndReportedWhereThatIsAskedFor() {
    connect();
    child.channel.config().setMaxMessageSize(100).setOversizedMessages(OversizedMessages.DISCARD);
    pair.send(client, text(99));
    pair.send(client, text(1_234));
    pair.send(client, text(101));
    pair.send(client, "short");
    assertEquals(List.of(text(99), "short"), child.messages);
    assertEquals(2, child.failures.size());
    assertEquals(1_234, ((MessageTooLongException) child.failures.get(0)).messageSize());
    assertEquals(101, ((MessageTooLongException) child.failures.get(1)).messageSize());
    assertTrue(child.channel.isActive());
  }

  @Test
  void noMoreOfAMessageIsKeptThanItMayHave() {
    connect();
    child.channel.config().setMaxMessageSize(1_000).setOversizedMessages(OversizedMessages.DISCARD);
    pair.send(client, text(1_000));
    long[] most = {0};
    client.writeAndFlush(PipePair.bytes(text(200_000)));
    pair.world.clientLoop.runNow();
    long before = pair.world.allocator.metric().usedDirectMemory();
    for (int i = 0; i < 3_000; i++) {
      pair.world.step();
      most[0] = Math.max(most[0], pair.world.allocator.metric().usedDirectMemory());
    }
    pair.world.settle();
    assertEquals(1, child.failures.size());
    assertTrue(most[0] - before <= 1_000, () -> "grew by " + (most[0] - before));
  }

  @Test
  void halfAMessageOfAPeerThatDiesIsNotDelivered() {
    connect();
    child.channel.config().setAutoRead(false);
    pair.world.settle();
    pair.world.kernel.whims.latePercent = 100;
    pair.send(client, "held by the read in the kernel");
    client.writeAndFlush(PipePair.bytes(text(200_000)));
    pair.world.clientLoop.runNow();
    client.abort();
    pair.world.settle();
    child.channel.config().setAutoRead(true);
    pair.world.settle();
    assertEquals(List.of("held by the read in the kernel"), child.messages);
    assertEquals(CloseReason.PEER_CLOSED, child.channel.closeReason());
    assertEquals(List.of(), child.failures);
  }

  @Test
  void aPeerThatDiesInTheMiddleOfAMessageEndsTheConnectionAndNothingOfItIsDelivered() {
    connect();
    pair.send(client, "a whole one");
    long before = pair.world.allocator.metric().usedDirectMemory();
    ChannelFuture cutOff = client.writeAndFlush(PipePair.bytes(text(200_000)));
    // Room for what was read of it so far.
    for (int i = 0; pair.world.allocator.metric().usedDirectMemory() < before + 4_096; i++) {
      assertTrue(i < 10_000, "nobody reads it");
      pair.world.step();
    }
    client.abort();
    pair.world.settle();
    assertFalse(cutOff.isSuccess());
    assertEquals(List.of("a whole one"), child.messages);
    assertEquals(CloseReason.PEER_CLOSED, child.channel.closeReason());
    assertEquals(List.of(), child.failures);
    assertEquals(1, child.events.stream().filter("read"::equals).count());
  }

  @Test
  void aStopInTheMiddleOfAMessageLosesNoneOfIt() {
    connect();
    child.channel.config().setAutoRead(false);
    pair.world.settle();
    for (int i = 0; i < 3; i++) {
      pair.send(client, text(100 + i));
    }
    assertEquals(List.of(), child.messages);
    for (int i = 0; i < 3; i++) {
      child.channel.read();
      pair.world.settle();
      assertEquals(i + 1, child.messages.size(), "one for each request");
    }
    assertEquals(List.of(text(100), text(101), text(102)), child.messages);
  }

  @Test
  void closingInTheReportOfADiscardedMessageIsTheEnd() {
    connect();
    child.channel.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
      @Override
      public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
      }
    });
    child.channel.config().setMaxMessageSize(10).setOversizedMessages(OversizedMessages.DISCARD);
    pair.send(client, "into the buffer of before");
    pair.send(client, text(50));
    assertFalse(child.channel.isOpen());
    assertEquals(CloseReason.LOCAL, child.channel.closeReason());
  }

  @Test
  void aServerInByteModeRefusesAClientInMessageModeAndSaysWhy() {
    pair.listen();
    pair.world.messages = true;
    ChannelFuture connected = pair.world.client(new Recorder()).connect(NamedPipeAddress.of(PipePair.NAME));
    pair.world.settle();
    NamedPipeException failure = assertInstanceOf(NamedPipeException.class, connected.cause());
    assertEquals(PipeErrors.INVALID_PARAMETER, failure.errorCode());
    assertTrue(failure.getMessage().contains("byte mode"), failure.getMessage());
  }

  @Test
  void aClientMayReadTheMessagesOfAServerAsAStream() {
    pair.world.messages = true;
    pair.listen();
    pair.world.messages = false;
    Recorder recorder = new Recorder();
    client = pair.connect(recorder);
    pair.send(pair.child().channel, "one, ");
    pair.send(pair.child().channel, "two");
    assertEquals("one, two", recorder.text());
    pair.send(client, "three");
    assertEquals(List.of("three"), pair.child().messages);
    assertFalse(client.isMessageMode());
  }

  @Test
  void aStreamCarriesNoPipeMessage() {
    pair.listen();
    client = pair.connect();
    PipeMessage message = new PipeMessage(PipePair.bytes("a message"));
    ChannelFuture written = client.writeAndFlush(message);
    pair.world.settle();
    assertInstanceOf(UnsupportedOperationException.class, written.cause());
    assertEquals(0, ReferenceCountUtil.refCnt(message));
  }

  @Test
  void theOptionsAreChecked() {
    connect();
    assertThrows(IllegalArgumentException.class, () -> client.config().setMaxMessageSize(0));
    assertEquals(Boolean.TRUE, client.config().getOption(NamedPipeChannelOption.PIPE_MESSAGE_MODE));
    assertTrue(client.config().setOption(NamedPipeChannelOption.PIPE_MAX_MESSAGE_SIZE, 7));
    assertEquals(7, client.config().getOption(NamedPipeChannelOption.PIPE_MAX_MESSAGE_SIZE));
    assertTrue(client.config().getOptions().containsKey(NamedPipeChannelOption.PIPE_ZERO_LENGTH_MESSAGES));
    assertNull(client.closeReason());
  }
}
