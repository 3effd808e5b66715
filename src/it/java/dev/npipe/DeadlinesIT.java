// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.CloseReason;
import dev.npipe.channel.NamedPipeException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is not read or written in time ends the connection, also when it is in the kernel already. */
class DeadlinesIT extends PipeRig {

  private static final int MUCH = 4 * 1024 * 1024;
  private static final Duration SHORT = Duration.ofMillis(50);

  private static Future<Void> closed(NamedPipeSocket socket) {
    Promise<Void> closed = Promise.promise();
    socket.closeHandler(end -> closed.tryComplete());
    return closed.future();
  }

  private static void assertTimedOut(String operation, Throwable cause) {
    NamedPipeException failure = assertInstanceOf(NamedPipeException.class, cause);
    assertEquals("WAIT_TIMEOUT", failure.errorName());
    assertEquals(operation, failure.operation());
  }

  private Future<Void> after(long millis) {
    Promise<Void> later = Promise.promise();
    vertx.setTimer(millis, timer -> later.complete());
    return later.future();
  }

  @Test
  void aReadThatWaitsInTheKernelEndsAtItsDeadline() throws Exception {
    Pair pair = pair();
    Box<Throwable> told = new Box<>();
    Future<Void> closed = closed(pair.serverEnd);
    pair.serverEnd.handler(buffer -> { }).exceptionHandler(told::put).resume();
    pair.serverEnd.readDeadline(SHORT);
    await(closed);
    assertTimedOut("read", told.take());
    assertEquals(CloseReason.TIMEOUT, pair.serverEnd.closeReason());
  }

  @Test
  void aDeadlineThatIsTakenBackOrSetAnewIsNotMissed() throws Exception {
    Pair pair = pair();
    Box<Buffer> received = read(pair.serverEnd);
    // Far enough off for a thread that has to wait for its turn between these two lines.
    Duration soon = Duration.ofMillis(500);
    pair.serverEnd.readDeadline(soon).writeDeadline(soon);
    pair.serverEnd.readDeadline(Duration.ofMinutes(1)).writeDeadline(Duration.ZERO);
    await(after(soon.toMillis() + 100));
    pair.clientEnd.write("late");
    assertEquals("late", Box.bytes(received, 4).toString());
    assertNull(pair.serverEnd.closeReason());
    assertThrows(IllegalArgumentException.class, () -> pair.serverEnd.readDeadline(SHORT.negated()));
    assertThrows(IllegalArgumentException.class, () -> pair.serverEnd.writeDeadline(Duration.ofDays(366)));
  }

  @Test
  void whatHasArrivedBeforeTheDeadlineIsDelivered() throws Exception {
    Pair pair = pair();
    await(pair.clientEnd.write("early"));
    Future<Void> closed = closed(pair.serverEnd);
    pair.serverEnd.readDeadline(SHORT);
    await(closed);
    assertEquals("early", Box.bytes(read(pair.serverEnd), 5).toString());
  }

  @Test
  void aWriteThatWaitsInTheKernelEndsAtItsDeadlineAndSaysWhatWasLost() throws Exception {
    for (boolean messages : new boolean[] {false, true}) {
      Pair pair = pair(new NamedPipeServerOptions().setMessageMode(messages).setMaxMessageSize(MUCH),
          new NamedPipeClientOptions().setMessageMode(messages).setMaxMessageSize(MUCH));
      Box<Throwable> told = new Box<>();
      pair.clientEnd.exceptionHandler(told::put);
      Future<Void> closed = closed(pair.clientEnd);
      Buffer sent = random(MUCH);
      Future<Void> first = pair.clientEnd.write(sent);
      Future<Void> second = pair.clientEnd.write(sent);
      pair.clientEnd.writeDeadline(SHORT);
      await(closed);
      assertTimedOut("write", told.take());
      assertTimedOut("write", failure(second));
      assertEquals(CloseReason.TIMEOUT, pair.clientEnd.closeReason());
      Buffer received = LossIT.readToTheEnd(pair.serverEnd);
      assertTrue(received.length() <= MUCH);
      if (first.failed() || !messages) {
        assertTimedOut("write", failure(first));
        assertEquals(2L * MUCH, received.length() + pair.clientEnd.unsentBytes());
      }
      await(pair.server.close());
    }
  }

  @Test
  void aWriteDeadlineWithNothingToWriteIsNone() throws Exception {
    Pair pair = pair();
    await(pair.clientEnd.write("done"));
    pair.clientEnd.writeDeadline(SHORT);
    await(after(3 * SHORT.toMillis()));
    assertNull(pair.clientEnd.closeReason());
    pair.clientEnd.write(", and more");
    assertEquals("done, and more", Box.bytes(read(pair.serverEnd), 14).toString());
  }
}
