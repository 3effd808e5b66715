// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.CloseReason;
import dev.npipe.channel.WaitPolicy;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClosingIT extends PipeRig {

  private static Box<String> events(NamedPipeSocket socket) {
    Box<String> events = new Box<>();
    socket.exceptionHandler(cause -> events.put("exception"))
        .endHandler(end -> events.put("end"))
        .closeHandler(closed -> events.put("closed"))
        .resume();
    return events;
  }

  private static void assertEnds(Box<String> events) throws Exception {
    assertEquals("end", events.take());
    assertEquals("closed", events.take());
    assertEquals(0, events.size());
  }

  @Test
  void closingEndsBothSidesAndEachKnowsWhy() throws Exception {
    Pair pair = pair();
    Box<String> here = events(pair.clientEnd);
    Box<String> there = events(pair.serverEnd);
    assertNull(pair.clientEnd.closeReason());
    await(pair.clientEnd.close());
    assertEnds(here);
    assertEnds(there);
    assertEquals(CloseReason.LOCAL, pair.clientEnd.closeReason());
    assertEquals(CloseReason.PEER_CLOSED, pair.serverEnd.closeReason());
    await(pair.clientEnd.close());
    await(pair.serverEnd.close());
    await(pair.clientEnd.abort());
    assertEquals(CloseReason.LOCAL, pair.clientEnd.closeReason());
  }

  @Test
  void aWriteAfterCloseFailsAtOnce() throws Exception {
    Pair pair = pair();
    Future<Void> closed = pair.clientEnd.close();
    Future<Void> late = pair.clientEnd.write("late");
    assertTrue(late.isComplete());
    assertInstanceOf(ClosedChannelException.class, late.cause());
    await(closed);
    assertInstanceOf(ClosedChannelException.class, failure(pair.clientEnd.end(Buffer.buffer("later"))));
  }

  @Test
  void aWriteToAPeerThatHasGoneFails() throws Exception {
    Pair pair = pair();
    await(pair.clientEnd.close());
    assertInstanceOf(IOException.class, failure(pair.serverEnd.write("nobody reads this")));
  }

  @Test
  void closingInTheCompletionOfAWriteIsGraceful() throws Exception {
    Pair pair = pair();
    Box<Buffer> received = read(pair.clientEnd);
    Future<Void> closed = pair.serverEnd.write("bye").compose(written -> pair.serverEnd.close());
    await(closed);
    assertEquals("bye", Box.bytes(received, 3).toString());
    assertEquals(CloseReason.LOCAL, pair.serverEnd.closeReason());
  }

  @Test
  void aCloseWaitsForThePeerToRead() throws Exception {
    // So long that the test fails should anything but the peer end the wait.
    Pair pair = pair(new NamedPipeServerOptions().setLingerTimeout(Duration.ofHours(1)), new NamedPipeClientOptions());
    Buffer sent = random(4 * 1024 * 1024);
    Future<Void> written = pair.serverEnd.write(sent);
    Future<Void> closed = pair.serverEnd.close();
    Box<Buffer> received = read(pair.clientEnd);
    assertEquals(sent, Box.bytes(received, sent.length()));
    await(written);
    await(closed);
    assertEquals(CloseReason.LOCAL, pair.serverEnd.closeReason());
  }

  @Test
  void aCloseWaitsNoLongerThanTheLingerTimeout() throws Exception {
    Pair pair = pair(new NamedPipeServerOptions().setLingerTimeout(Duration.ofMillis(300)),
        new NamedPipeClientOptions());
    Future<Void> written = pair.serverEnd.write(random(4 * 1024 * 1024));
    assertInstanceOf(UnsentBytesException.class, failure(pair.serverEnd.close()));
    assertEquals(CloseReason.TIMEOUT, pair.serverEnd.closeReason());
    assertInstanceOf(IOException.class, failure(written));
  }

  @Test
  void withoutLingerACloseWaitsForNothing() throws Exception {
    Pair pair = pair(new NamedPipeServerOptions().setLingerTimeout(Duration.ZERO), new NamedPipeClientOptions());
    Future<Void> written = pair.serverEnd.write(random(4 * 1024 * 1024));
    assertInstanceOf(UnsentBytesException.class, failure(pair.serverEnd.close()));
    assertInstanceOf(IOException.class, failure(written));
  }

  @Test
  void anAbortClosesAtOnceWhateverIsPending() throws Exception {
    Pair pair = pair();
    Box<String> there = events(pair.clientEnd);
    pair.clientEnd.pause();
    Future<Void> written = pair.serverEnd.write(random(4 * 1024 * 1024));
    await(pair.serverEnd.abort());
    assertEquals(CloseReason.ABORTED, pair.serverEnd.closeReason());
    assertInstanceOf(IOException.class, failure(written));
    assertInstanceOf(ClosedChannelException.class, failure(pair.serverEnd.write("late")));
    pair.clientEnd.resume();
    // While it was paused, it may or may not have noticed.
    assertEquals(Set.of("end", "closed"), Set.of(there.take(), there.take()));
    assertTrue(pair.clientEnd.closeReason() == CloseReason.PEER_DISCONNECTED
        || pair.clientEnd.closeReason() == CloseReason.PEER_CLOSED, () -> "" + pair.clientEnd.closeReason());
  }

  @Test
  void anIdleConnectionIsClosed() throws Exception {
    Duration soon = Duration.ofMillis(200);
    for (int i = 0; i < 3; i++) {
      NamedPipeServerOptions options = new NamedPipeServerOptions();
      switch (i) {
        case 0:
          options.setIdleTimeout(soon);
          break;
        case 1:
          options.setReadIdleTimeout(soon);
          break;
        default:
          options.setWriteIdleTimeout(soon);
      }
      // By the handler, as the time begins before the client hears that it is connected.
      Box<Box<String>> here = new Box<>();
      Box<NamedPipeSocket> accepted = new Box<>();
      NamedPipeServer server = await(NamedPipeServer.create(vertx, options).connectHandler(socket -> {
        here.put(events(socket));
        accepted.put(socket);
      }).listen(name));
      connectPaused(NamedPipeClient.create(vertx), name);
      assertEnds(here.take());
      assertEquals(CloseReason.TIMEOUT, accepted.take().closeReason());
      await(server.close());
    }
  }

  @Test
  void theBuffersOfAPausedSocketAndTheEndComeWhenItIsResumed() throws Exception {
    Pair pair = pair();
    Box<String> there = new Box<>();
    pair.serverEnd.handler(buffer -> there.put(buffer.toString())).endHandler(end -> there.put("end"));
    await(pair.clientEnd.end(Buffer.buffer("last words")));
    assertEquals(0, there.size());
    pair.serverEnd.resume();
    assertEquals("last words", there.take());
    assertEquals("end", there.take());
  }

  @Test
  void aShutdownTellsTheSocketsAndWaitsForThem() throws Exception {
    Pair pair = pair();
    Box<Duration> told = new Box<>();
    Box<Buffer> received = read(pair.clientEnd);
    pair.serverEnd.shutdownHandler(timeout -> {
      told.put(timeout);
      pair.serverEnd.end(Buffer.buffer("goodbye"));
    });
    await(pair.server.shutdown(Duration.ofSeconds(20)));
    assertEquals(Duration.ofSeconds(20), told.take());
    assertEquals("goodbye", Box.bytes(received, 7).toString());
    assertEquals(CloseReason.LOCAL, pair.serverEnd.closeReason());
    assertNull(pair.server.path());
  }

  @Test
  void aShutdownEndsWhenItsTimeIsUp() throws Exception {
    Pair pair = pair();
    pair.clientEnd.shutdownHandler(timeout -> { });
    await(pair.client.shutdown(Duration.ofMillis(200)));
    assertEquals(CloseReason.TIMEOUT, pair.clientEnd.closeReason());
  }

  @Test
  void aCloseCutsAShutdownShort() throws Exception {
    Pair pair = pair();
    Box<Duration> told = new Box<>();
    pair.serverEnd.shutdownHandler(told::put);
    Future<Void> shutdown = pair.server.shutdown(Duration.ofHours(1));
    told.take();
    assertFalse(shutdown.isComplete());
    await(pair.server.close());
    await(shutdown);
    assertThrows(IllegalArgumentException.class, () -> pair.server.shutdown(Duration.ofMillis(-1)));
    assertThrows(IllegalArgumentException.class, () -> pair.clientEnd.shutdown(Duration.ofMillis(-1)));
  }

  @Test
  void closingTheClientClosesItsSockets() throws Exception {
    Pair pair = pair();
    await(pair.client.close());
    assertEquals(CloseReason.LOCAL, pair.clientEnd.closeReason());
    assertInstanceOf(IllegalStateException.class, failure(pair.client.connect(name)));
    await(pair.client.close());
  }

  @Test
  void aSecondShutdownShortensTheTimeOfTheFirst() throws Exception {
    Pair pair = pair();
    Box<Duration> told = new Box<>();
    pair.serverEnd.shutdownHandler(told::put);
    Future<Void> first = pair.server.shutdown(Duration.ofHours(1));
    told.take();
    await(pair.server.shutdown(Duration.ofMillis(200)));
    await(first);
    assertEquals(CloseReason.TIMEOUT, pair.serverEnd.closeReason());
    assertEquals(0, told.size());
  }

  @Test
  void aClientThatComesDuringAShutdownIsRefused() throws Exception {
    Pair pair = pair();
    Box<Duration> told = new Box<>();
    pair.serverEnd.shutdownHandler(told::put);
    Future<Void> down = pair.server.shutdown(Duration.ofHours(1));
    told.take();
    // The instance of the client that is still there makes the pipe a busy one.
    NamedPipeClientOptions impatient = new NamedPipeClientOptions().setWhenBusy(WaitPolicy.FAIL_FAST);
    NamedPipeClient late = NamedPipeClient.create(vertx, impatient);
    assertInstanceOf(ConnectException.class, failure(late.connect(name)).getCause());
    assertFalse(down.isComplete());
    assertNull(pair.serverEnd.closeReason());
    await(pair.serverEnd.close());
    await(down);
  }
}
