// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.npipe.channel.CloseReason;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is lost on purpose is reported to the byte; nothing else is lost. */
class LossIT extends PipeRig {

  private static final int MUCH = 4 * 1024 * 1024;

  /** All that arrives until the end of the stream. */
  static Buffer readToTheEnd(NamedPipeSocket socket) throws Exception {
    Buffer all = Buffer.buffer();
    Box<Boolean> ended = new Box<>();
    socket.handler(all::appendBuffer).endHandler(end -> ended.put(true)).resume();
    ended.take();
    return all;
  }

  private static void assertLostJust(long unsent, Buffer sent, NamedPipeSocket peer) throws Exception {
    Buffer received = readToTheEnd(peer);
    assertEquals(sent.length(), received.length() + unsent);
    assertEquals(sent.getBuffer(0, received.length()), received);
  }

  @Test
  void aLingerThatRanOutSaysHowMuchWasLost() throws Exception {
    for (Duration linger : List.of(Duration.ZERO, Duration.ofMillis(1), Duration.ofMillis(200))) {
      Pair pair = pair(new NamedPipeServerOptions().setLingerTimeout(linger), new NamedPipeClientOptions());
      Buffer sent = random(MUCH);
      pair.serverEnd.write(sent);
      UnsentBytesException loss = assertInstanceOf(UnsentBytesException.class, failure(pair.serverEnd.close()));
      assertTrue(loss.bytes() > 0);
      assertEquals(1, loss.connections());
      assertEquals(loss.bytes(), pair.serverEnd.unsentBytes());
      assertEquals(CloseReason.TIMEOUT, pair.serverEnd.closeReason());
      assertLostJust(loss.bytes(), sent, pair.clientEnd);
      await(pair.server.close());
    }
  }

  @Test
  void anAbortSaysHowMuchWasLost() throws Exception {
    Pair pair = pair();
    Buffer sent = random(MUCH);
    pair.clientEnd.write(sent);
    await(pair.clientEnd.abort());
    long unsent = pair.clientEnd.unsentBytes();
    assertTrue(unsent > 0);
    assertEquals(OptionalLong.of(0), pair.clientEnd.discardedBytes());
    assertLostJust(unsent, sent, pair.serverEnd);
  }

  @Test
  void anAbortOfTheServersEndSaysHowMuchItDiscardedOrThatTheSystemDoesNotTell() throws Exception {
    Pair pair = pair();
    Buffer sent = random(5000);
    await(pair.serverEnd.write(sent));
    assertEquals(OptionalLong.of(0), pair.serverEnd.discardedBytes());
    await(pair.serverEnd.abort());
    assertEquals(0, pair.serverEnd.unsentBytes());
    Buffer received = readToTheEnd(pair.clientEnd);
    assertEquals(sent.getBuffer(0, received.length()), received);
    OptionalLong discarded = pair.serverEnd.discardedBytes();
    assumeTrue(discarded.isPresent(), "not available here: FSCTL_PIPE_FLUSH and the write quota of a pipe");
    assertEquals(sent.length(), received.length() + discarded.getAsLong());
  }

  @Test
  void anAbortOfAServersEndThatHasWrittenNothingDiscardsNothing() throws Exception {
    Pair pair = pair();
    await(pair.serverEnd.abort());
    assertEquals(OptionalLong.of(0), pair.serverEnd.discardedBytes());
  }

  @Test
  void nothingIsUnsentAfterACloseThatSucceeded() throws Exception {
    Pair pair = pair();
    Buffer sent = random(MUCH);
    pair.serverEnd.write(sent);
    Future<Void> closed = pair.serverEnd.close();
    assertLostJust(0, sent, pair.clientEnd);
    await(closed);
    assertEquals(0, pair.serverEnd.unsentBytes());
  }

  @Test
  void whatTimeWasUpForIsCountedForAllSocketsOfAServer() throws Exception {
    int clients = 5;
    Box<NamedPipeSocket> accepted = new Box<>();
    NamedPipeServer server = NamedPipeServer.create(vertx).connectHandler(accepted::put);
    await(server.listen(name));
    NamedPipeClient client = NamedPipeClient.create(vertx);
    List<NamedPipeSocket> readers = new ArrayList<>();
    long accepts = 0;
    for (int i = 0; i < clients; i++) {
      readers.add(await(client.connect(name)).pause());
      accepted.take().write(random(MUCH));
      accepts += MUCH;
    }
    UnsentBytesException loss =
        assertInstanceOf(UnsentBytesException.class, failure(server.shutdown(Duration.ofMillis(100))));
    assertEquals(clients, loss.connections());
    long received = 0;
    for (NamedPipeSocket reader : readers) {
      received += readToTheEnd(reader).length();
    }
    assertEquals(accepts, received + loss.bytes());
  }

  @Test
  void aShutdownDrainsForAsLongAsItHas() throws Exception {
    // A linger so short that the test fails should it count.
    Pair pair = pair(new NamedPipeServerOptions().setLingerTimeout(Duration.ofMillis(1)),
        new NamedPipeClientOptions());
    Buffer sent = random(MUCH);
    Future<Void> written = pair.serverEnd.write(sent);
    Future<Void> down = pair.server.shutdown(Duration.ofSeconds(20));
    vertx.setTimer(300, later -> pair.clientEnd.resume());
    assertLostJust(0, sent, pair.clientEnd);
    await(down);
    await(written);
  }

  @Test
  void aCloseCutsTheDrainOfAShutdownShort() throws Exception {
    // Long enough for the shutdown to come to the socket, which it does when the listener is closed.
    Pair pair = pair(new NamedPipeServerOptions().setLingerTimeout(Duration.ofSeconds(2)),
        new NamedPipeClientOptions());
    pair.serverEnd.write(random(MUCH));
    Future<Void> down = pair.server.shutdown(Duration.ofHours(1));
    assertInstanceOf(UnsentBytesException.class, failure(pair.serverEnd.close()));
    assertInstanceOf(UnsentBytesException.class, failure(down));
  }

  @Test
  void aLingerForEverLastsUntilThePeerHasReadOrLeft() throws Exception {
    NamedPipeServerOptions patient = new NamedPipeServerOptions().setLingerTimeout(Duration.ofDays(365));
    Pair pair = pair(patient, new NamedPipeClientOptions());
    pair.serverEnd.write(random(MUCH));
    Future<Void> closed = pair.serverEnd.close();
    await(pair.clientEnd.abort());
    await(closed);
    assertEquals(CloseReason.PEER_CLOSED, pair.serverEnd.closeReason());
    assertTrue(pair.serverEnd.unsentBytes() > 0);
    await(pair.server.close());

    Pair reading = pair(patient, new NamedPipeClientOptions());
    Buffer sent = random(MUCH);
    reading.serverEnd.write(sent);
    Future<Void> waiting = reading.serverEnd.close();
    // Until a stranger has been served the event loops have had time to close, had they not waited.
    await(await(reading.client.connect(name)).close());
    assertFalse(waiting.isComplete());
    assertLostJust(0, sent, reading.clientEnd);
    await(waiting);
    assertEquals(CloseReason.LOCAL, reading.serverEnd.closeReason());
    assertEquals(0, reading.serverEnd.unsentBytes());
  }

  @Test
  void aShutdownBoundsASocketThatClosesAlreadyAlsoIfItHasAShutdownHandler() throws Exception {
    Pair pair = pair(new NamedPipeServerOptions().setLingerTimeout(Duration.ofDays(365)),
        new NamedPipeClientOptions());
    pair.serverEnd.shutdownHandler(told -> { });
    pair.serverEnd.write(random(MUCH));
    Future<Void> closed = pair.serverEnd.close();
    assertInstanceOf(UnsentBytesException.class, failure(pair.server.shutdown(Duration.ofMillis(200))));
    assertInstanceOf(UnsentBytesException.class, failure(closed));
    assertEquals(CloseReason.TIMEOUT, pair.serverEnd.closeReason());
  }

  @Test
  void withoutLingerOnlyTheFirstOfSeveralMessagesLeavesAndTheOthersAreCounted() throws Exception {
    int messages = 10;
    Buffer message = random(100);
    Pair pair = pair(new NamedPipeServerOptions().setMessageMode(true).setLingerTimeout(Duration.ZERO),
        new NamedPipeClientOptions().setMessageMode(true));
    Box<Future<Void>> closes = new Box<>();
    // On its event loop, so that the system has no time to say that it has taken the first one.
    pair.serverEnd.messageHandler(start -> {
      for (int i = 0; i < messages; i++) {
        pair.serverEnd.writeMessage(message);
      }
      closes.put(pair.serverEnd.close());
    }).resume();
    pair.clientEnd.writeMessage(Buffer.buffer("start"));
    UnsentBytesException loss = assertInstanceOf(UnsentBytesException.class, failure(closes.take()));
    assertEquals((messages - 1L) * message.length(), loss.bytes());
    assertEquals(message, readToTheEnd(pair.clientEnd));
  }
}
