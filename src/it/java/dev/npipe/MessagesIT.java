// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.CloseReason;
import dev.npipe.channel.MessageTooLongException;
import dev.npipe.channel.NamedPipeException;
import dev.npipe.channel.OversizedMessages;
import dev.npipe.channel.ZeroLengthMessages;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class MessagesIT extends PipeRig {

  private static final int[] SIZES = {1, 2, 4_095, 4_096, 4_097, 65_536, 65_537, 100_000, 1_048_576};

  private final NamedPipeServerOptions serverOptions = new NamedPipeServerOptions().setMessageMode(true);
  private final NamedPipeClientOptions clientOptions = new NamedPipeClientOptions().setMessageMode(true);

  private Pair messagePair() throws Exception {
    return pair(serverOptions, clientOptions);
  }

  private static Box<Buffer> messages(NamedPipeSocket socket) {
    Box<Buffer> read = new Box<>();
    socket.messageHandler(read::put);
    socket.resume();
    return read;
  }

  /** Has each message answered with itself. */
  private static void echo(NamedPipeSocket socket) {
    socket.messageHandler(socket::writeMessage);
    socket.resume();
  }

  @Test
  void messagesOfAnySizeArriveWholeOneByOne() throws Exception {
    Pair pair = messagePair();
    Box<Buffer> there = messages(pair.serverEnd);
    Box<Buffer> here = messages(pair.clientEnd);
    for (int size : SIZES) {
      pair.clientEnd.writeMessage(random(size));
      pair.serverEnd.write(random(size));
    }
    for (int size : SIZES) {
      assertEquals(random(size), there.take());
      assertEquals(random(size), here.take());
    }
    assertTrue(pair.clientEnd.isMessageMode() && pair.serverEnd.isMessageMode());
  }

  @Test
  void anEmptyMessageIsAMessageAndAnEmptyBufferIsNone() throws Exception {
    Pair pair = messagePair();
    Box<Buffer> there = messages(pair.serverEnd);
    await(pair.clientEnd.write(Buffer.buffer()));
    await(pair.clientEnd.writeMessage(Buffer.buffer()));
    await(pair.clientEnd.writeMessage(Buffer.buffer("after it")));
    assertEquals(0, there.take().length());
    assertEquals("after it", there.take().toString());
    await(pair.clientEnd.close());
    assertEquals(0, there.size());
  }

  @Test
  void anEmptyMessageEndsTheStreamWhereItIsToMeanThat() throws Exception {
    serverOptions.setZeroLengthMessages(ZeroLengthMessages.END_OF_STREAM);
    Pair pair = messagePair();
    Box<String> events = new Box<>();
    pair.serverEnd.messageHandler(message -> events.put(message.toString())).endHandler(end -> events.put("end"));
    pair.serverEnd.resume();
    Box<Buffer> here = messages(pair.clientEnd);
    pair.clientEnd.writeMessage(Buffer.buffer("last"));
    await(pair.clientEnd.writeMessage(Buffer.buffer()));
    assertEquals("last", events.take());
    assertEquals("end", events.take());
    await(pair.serverEnd.writeMessage(Buffer.buffer("still here")));
    assertEquals("still here", here.take().toString());
    Box<CloseReason> closed = new Box<>();
    pair.serverEnd.closeHandler(done -> closed.put(pair.serverEnd.closeReason()));
    await(pair.clientEnd.close());
    assertEquals(CloseReason.PEER_CLOSED, closed.take());
    assertEquals(0, events.size());
  }

  @Test
  void aMessageThatIsTooLongEndsTheConnection() throws Exception {
    serverOptions.setMaxMessageSize(10_000);
    Pair pair = messagePair();
    Box<Throwable> failures = new Box<>();
    Box<Buffer> there = new Box<>();
    pair.serverEnd.exceptionHandler(failures::put).messageHandler(there::put).resume();
    Box<CloseReason> closed = new Box<>();
    pair.serverEnd.closeHandler(done -> closed.put(pair.serverEnd.closeReason()));
    pair.clientEnd.writeMessage(random(10_000));
    pair.clientEnd.writeMessage(random(10_001));
    assertEquals(random(10_000), there.take());
    MessageTooLongException failure = assertInstanceOf(MessageTooLongException.class, failures.take());
    assertEquals(10_000, failure.maxMessageSize());
    assertEquals(CloseReason.ERROR, closed.take());
    assertEquals(0, there.size());
  }

  @Test
  void aMessageThatIsTooLongIsDiscardedAndReportedWhereThatIsAskedFor() throws Exception {
    serverOptions.setMaxMessageSize(10_000).setOversizedMessages(OversizedMessages.DISCARD);
    Pair pair = messagePair();
    Box<Throwable> failures = new Box<>();
    Box<Buffer> there = new Box<>();
    pair.serverEnd.exceptionHandler(failures::put).messageHandler(there::put).resume();
    pair.clientEnd.writeMessage(random(300_000));
    pair.clientEnd.writeMessage(random(10_001));
    pair.clientEnd.writeMessage(random(10_000));
    assertEquals(random(10_000), there.take());
    assertEquals(300_000, ((MessageTooLongException) failures.take()).messageSize());
    assertEquals(10_001, ((MessageTooLongException) failures.take()).messageSize());
  }

  @Test
  void aServerInByteModeRefusesAClientInMessageMode() throws Exception {
    echo();
    NamedPipeClient client = NamedPipeClient.create(vertx, clientOptions);
    NamedPipeException failure = assertInstanceOf(NamedPipeException.class, failure(client.connect(name)));
    assertTrue(failure.getMessage().contains("byte mode"), failure.getMessage());
  }

  @Test
  void aClientMayReadMessagesAsAStream() throws Exception {
    Pair pair = pair(serverOptions, new NamedPipeClientOptions());
    Box<Buffer> here = read(pair.clientEnd);
    Box<Buffer> there = messages(pair.serverEnd);
    pair.serverEnd.writeMessage(Buffer.buffer("one, "));
    pair.serverEnd.writeMessage(Buffer.buffer("two"));
    assertEquals("one, two", Box.bytes(here, 8).toString());
    await(pair.clientEnd.write("three"));
    assertEquals("three", there.take().toString());
    assertFalse(pair.clientEnd.isMessageMode());
  }

  @Test
  void whatNeedsMessagesIsRefusedOnAStream() throws Exception {
    Pair pair = pair();
    assertThrows(IllegalStateException.class, () -> pair.clientEnd.messageHandler(message -> { }));
    assertThrows(IllegalStateException.class, () -> pair.clientEnd.writeMessage(Buffer.buffer("x")));
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> pair.clientEnd.request(Buffer.buffer("x")));
    assertTrue(refused.getMessage().contains("messageMode"), refused.getMessage());
  }

  @Test
  void aFileIsNoMessage() throws Exception {
    Pair pair = messagePair();
    assertThrows(IllegalStateException.class, () -> pair.clientEnd.sendFile("pom.xml"));
  }

  @Test
  void requestsMadeTogetherAreAnsweredEachByItsOwn() throws Exception {
    Pair pair = messagePair();
    echo(pair.serverEnd);
    List<Future<Buffer>> answers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      answers.add(pair.clientEnd.request(Buffer.buffer("request " + i)));
    }
    for (int i = 0; i < 200; i++) {
      // The client's end is paused all the time.
      assertEquals("request " + i, await(answers.get(i)).toString());
    }
  }

  @Test
  void messagesThatAnswerNothingGoToTheHandler() throws Exception {
    Pair pair = messagePair();
    echo(pair.serverEnd);
    Box<Buffer> here = messages(pair.clientEnd);
    assertEquals("asked", await(pair.clientEnd.request(Buffer.buffer("asked"))).toString());
    await(pair.serverEnd.writeMessage(Buffer.buffer("told")));
    assertEquals("told", here.take().toString());
  }

  @Test
  void aLateAnswerIsNotTakenForThatOfTheNextRequest() throws Exception {
    Pair pair = messagePair();
    Box<Buffer> there = messages(pair.serverEnd);
    Future<Buffer> first = pair.clientEnd.request(Buffer.buffer("first"), Duration.ofMillis(50));
    assertInstanceOf(TimeoutException.class, failure(first));
    Future<Buffer> second = pair.clientEnd.request(Buffer.buffer("second"));
    there.take();
    there.take();
    pair.serverEnd.writeMessage(Buffer.buffer("to the first"));
    pair.serverEnd.writeMessage(Buffer.buffer("to the second"));
    assertEquals("to the second", await(second).toString());
    assertThrows(IllegalArgumentException.class,
        () -> pair.clientEnd.request(Buffer.buffer("x"), Duration.ZERO));
  }

  @Test
  void anAnswerThatIsTooLongFailsItsRequestOnly() throws Exception {
    clientOptions.setMaxMessageSize(1_000).setOversizedMessages(OversizedMessages.DISCARD);
    Pair pair = messagePair();
    echo(pair.serverEnd);
    Future<Buffer> tooLong = pair.clientEnd.request(random(5_000));
    Future<Buffer> next = pair.clientEnd.request(random(1_000));
    assertInstanceOf(MessageTooLongException.class, failure(tooLong));
    assertEquals(random(1_000), await(next));
  }

  @Test
  void theEndOfTheConnectionFailsRequestsThatAreNotAnswered() throws Exception {
    Pair pair = messagePair();
    Box<Buffer> there = messages(pair.serverEnd);
    Future<Buffer> asked = pair.clientEnd.request(Buffer.buffer("asked"));
    there.take();
    await(pair.serverEnd.close());
    assertInstanceOf(ClosedChannelException.class, failure(asked));
    failure(pair.clientEnd.request(Buffer.buffer("too late")));
  }

  @Test
  void manySmallMessagesFillTheWriteQueueByTheirNumber() throws Exception {
    clientOptions.setWriteQueueMaxMessages(100);
    // Each write waits for its reader; a paused end takes no more than some tens of messages.
    serverOptions.setInboundBufferBytes(0);
    Pair pair = messagePair();
    for (int i = 0; i < 99; i++) {
      pair.clientEnd.writeMessage(Buffer.buffer("x"));
      assertFalse(pair.clientEnd.writeQueueFull());
    }
    for (int i = 0; i < 100; i++) {
      pair.clientEnd.writeMessage(Buffer.buffer("x"));
    }
    assertTrue(pair.clientEnd.writeQueueFull());
    Box<Boolean> drained = new Box<>();
    pair.clientEnd.drainHandler(done -> drained.put(true));
    messages(pair.serverEnd);
    assertTrue(drained.take());
  }

  @Test
  void aPausedSocketStopsThePeerAndLosesNothing() throws Exception {
    serverOptions.setMaxMessageSize(100_000);
    Pair pair = messagePair();
    List<Future<Void>> writes = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      writes.add(pair.clientEnd.writeMessage(random(100_000)));
    }
    await(writes.get(0));
    assertFalse(writes.get(39).isComplete());
    Box<Buffer> there = messages(pair.serverEnd);
    for (int i = 0; i < 40; i++) {
      assertEquals(random(100_000), there.take());
    }
  }
}
