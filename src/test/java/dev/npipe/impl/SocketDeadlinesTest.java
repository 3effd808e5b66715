// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import static dev.npipe.impl.SimulatedSockets.await;
import static dev.npipe.impl.SimulatedSockets.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.NamedPipeSocket;
import dev.npipe.channel.CloseReason;
import dev.npipe.channel.LogWatch;
import dev.npipe.channel.NamedPipeException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Deadlines cancel what the kernel has, which then completes in one way or the other, once. */
@ExtendWith(LogWatch.class)
class SocketDeadlinesTest {

  private static final Duration SHORT = Duration.ofMillis(30);
  private static final int MUCH = 4 * 1024 * 1024;

  private final Vertx vertx = Vertx.vertx();
  private SimulatedSockets sockets;

  @BeforeEach
  void connect() throws Exception {
    sockets = SimulatedSockets.ofBytes(vertx, 61);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    sockets.end();
    await(vertx.close());
  }

  private static Future<Throwable> told(NamedPipeSocket socket) {
    Promise<Throwable> told = Promise.promise();
    socket.exceptionHandler(told::tryComplete);
    return told.future();
  }

  private static Future<Void> closed(NamedPipeSocket socket) {
    Promise<Void> closed = Promise.promise();
    socket.closeHandler(closed::tryComplete);
    return closed.future();
  }

  private static void assertTimedOut(String operation, Throwable cause) {
    NamedPipeException failure = assertInstanceOf(NamedPipeException.class, cause);
    assertEquals("WAIT_TIMEOUT", failure.errorName());
    assertEquals(operation, failure.operation());
  }

  @Test
  void aReadInTheKernelIsCancelledAtItsDeadlineAndTheConnectionEnds() throws Exception {
    Future<Throwable> told = told(sockets.serverEnd);
    Future<Void> closed = closed(sockets.serverEnd);
    sockets.serverEnd.handler(buffer -> { }).resume().readDeadline(SHORT);
    assertTimedOut("read", await(told));
    await(closed);
    assertEquals(CloseReason.TIMEOUT, sockets.serverEnd.closeReason());
  }

  @Test
  void aWriteInTheKernelIsCancelledAtItsDeadlineAndWhatIsLostIsCounted() throws Exception {
    Future<Throwable> told = told(sockets.clientEnd);
    Future<Void> written = sockets.clientEnd.write(Buffer.buffer(new byte[MUCH]));
    sockets.clientEnd.writeDeadline(SHORT);
    assertTimedOut("write", failure(written));
    assertTimedOut("write", await(told));
    Promise<Integer> received = Promise.promise();
    int[] bytes = new int[1];
    sockets.serverEnd.handler(buffer -> bytes[0] += buffer.length()).endHandler(end -> received.complete(bytes[0]));
    sockets.serverEnd.resume();
    SimulatedSockets.assertLossOf(MUCH, await(received.future()), sockets.clientEnd.unsentBytes());
    assertEquals(CloseReason.TIMEOUT, sockets.clientEnd.closeReason());
  }

  @Test
  void aDeadlineThatIsTakenBackOrThatHasNothingToWaitForIsNotMissed() throws Exception {
    // Far enough off for a thread that has to wait for its turn between these two lines.
    Duration soon = Duration.ofMillis(500);
    sockets.serverEnd.readDeadline(soon);
    sockets.serverEnd.readDeadline(Duration.ZERO);
    await(sockets.clientEnd.write("done"));
    sockets.clientEnd.writeDeadline(SHORT);
    Promise<Void> later = Promise.promise();
    vertx.setTimer(soon.toMillis() + 100, timer -> later.complete());
    await(later.future());
    assertNull(sockets.serverEnd.closeReason());
    assertNull(sockets.clientEnd.closeReason());
  }

  @Test
  void aDeadlineOfAConnectionThatHasEndedIsNone() throws Exception {
    sockets.serverEnd.readDeadline(SHORT);
    await(sockets.serverEnd.close());
    sockets.serverEnd.readDeadline(SHORT).writeDeadline(SHORT);
    assertEquals(CloseReason.LOCAL, sockets.serverEnd.closeReason());
    assertTrue(sockets.serverEnd.unsentBytes() == 0);
  }
}
