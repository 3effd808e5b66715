// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import static dev.npipe.impl.SimulatedSockets.await;
import static dev.npipe.impl.SimulatedSockets.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.npipe.NamedPipeClientOptions;
import dev.npipe.NamedPipeServerOptions;
import dev.npipe.NamedPipeSocket;
import dev.npipe.UnsentBytesException;
import dev.npipe.channel.CloseReason;
import dev.npipe.channel.LogWatch;
import dev.npipe.channel.ZeroLengthMessages;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The end of one side's stream, and of a socket that is given a time. */
@ExtendWith(LogWatch.class)
class SocketEndTest {

  private static final int MUCH = 4 * 1024 * 1024;
  private static final Duration LONG = Duration.ofSeconds(15);
  private static final Duration SHORT = Duration.ofMillis(50);

  private final Vertx vertx = Vertx.vertx();
  private SimulatedSockets sockets;

  @AfterEach
  void nothingIsLeft() throws Exception {
    sockets.end();
    await(vertx.close());
  }

  /** The client ends its stream with an empty message; what the server takes it for is its own affair. */
  private void connect(ZeroLengthMessages atServer, Duration linger) throws Exception {
    NamedPipeClientOptions clientOptions = new NamedPipeClientOptions();
    clientOptions.setMessageMode(true).setZeroLengthMessages(ZeroLengthMessages.END_OF_STREAM)
        .setLingerTimeout(linger);
    NamedPipeServerOptions serverOptions = new NamedPipeServerOptions();
    serverOptions.setMessageMode(true).setZeroLengthMessages(atServer);
    sockets = new SimulatedSockets(vertx, 65, serverOptions, clientOptions);
  }

  private static Future<Void> closed(NamedPipeSocket socket) {
    Promise<Void> closed = Promise.promise();
    socket.closeHandler(closed::tryComplete);
    return closed.future();
  }

  @Test
  void theEndOfOneSideLeavesTheOtherSideItsStream() throws Exception {
    connect(ZeroLengthMessages.END_OF_STREAM, LONG);
    Promise<Void> ended = Promise.promise();
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    sockets.serverEnd.messageHandler(message -> heard.add(message.toString())).endHandler(ended::complete).resume();
    sockets.clientEnd.writeMessage(Buffer.buffer("last words"));
    await(sockets.clientEnd.end());
    await(ended.future());
    assertEquals(List.of("last words"), heard);
    Promise<String> answer = Promise.promise();
    Future<Void> closed = closed(sockets.clientEnd);
    sockets.clientEnd.messageHandler(message -> answer.complete(message.toString())).resume();
    sockets.serverEnd.writeMessage(Buffer.buffer("and yours"));
    assertEquals("and yours", await(answer.future()));
    await(sockets.serverEnd.end());
    await(closed);
  }

  @Test
  void anEndThatIsCalledTwiceIsSentOnce() throws Exception {
    connect(ZeroLengthMessages.DELIVER, LONG);
    List<Integer> heard = Collections.synchronizedList(new ArrayList<>());
    sockets.serverEnd.messageHandler(message -> heard.add(message.length())).resume();
    sockets.clientEnd.writeMessage(Buffer.buffer("word"));
    Future<Void> first = sockets.clientEnd.end();
    assertSame(first, sockets.clientEnd.end());
    await(first);
    Future<Void> closed = closed(sockets.serverEnd);
    await(sockets.clientEnd.close());
    await(closed);
    assertEquals(List.of(4, 0), heard);
  }

  @Test
  void whoLingersForNobodyEndsAtOnce() throws Exception {
    connect(ZeroLengthMessages.END_OF_STREAM, Duration.ZERO);
    sockets.clientEnd.writeMessage(Buffer.buffer("unread"));
    await(sockets.clientEnd.end());
    assertNull(sockets.clientEnd.closeReason());
    Promise<Void> ended = Promise.promise();
    sockets.serverEnd.messageHandler(message -> { }).endHandler(ended::complete).resume();
    await(ended.future());
  }

  @Test
  void aStreamThatThePeerDoesNotReadToItsEndEndsInTime() throws Exception {
    connect(ZeroLengthMessages.END_OF_STREAM, SHORT);
    sockets.clientEnd.exceptionHandler(cause -> { });
    for (int i = 0; i < 10; i++) {
      sockets.clientEnd.writeMessage(Buffer.buffer(new byte[200_000]));
    }
    Future<Void> closed = closed(sockets.clientEnd);
    assertInstanceOf(IOException.class, failure(sockets.clientEnd.end()));
    await(closed);
    assertEquals(CloseReason.TIMEOUT, sockets.clientEnd.closeReason());
  }

  @Test
  void aShutdownSendsWhatWasWrittenBefore() throws Exception {
    sockets = SimulatedSockets.ofBytes(vertx, 66);
    sockets.serverEnd.write(Buffer.buffer(new byte[MUCH]));
    Future<Void> down = sockets.server().shutdown(LONG);
    int[] received = new int[1];
    Future<Void> closed = closed(sockets.clientEnd);
    sockets.clientEnd.handler(bytes -> received[0] += bytes.length()).resume();
    await(down);
    await(closed);
    assertEquals(MUCH, received[0]);
  }

  @Test
  void aShutdownThatRunsOutOfTimeSaysHowMuchWasNotTaken() throws Exception {
    sockets = SimulatedSockets.ofBytes(vertx, 67);
    sockets.serverEnd.write(Buffer.buffer(new byte[MUCH]));
    UnsentBytesException lost = assertInstanceOf(UnsentBytesException.class,
        failure(sockets.server().shutdown(SHORT)));
    assertEquals(1, lost.connections());
    assertEquals(sockets.serverEnd.unsentBytes(), lost.bytes());
    int[] received = new int[1];
    Promise<Void> ended = Promise.promise();
    sockets.clientEnd.handler(bytes -> received[0] += bytes.length()).endHandler(ended::complete).resume();
    await(ended.future());
    SimulatedSockets.assertLossOf(MUCH, received[0], lost.bytes());
  }

  @Test
  void aShutdownGivesTheHandlerItsTime() throws Exception {
    sockets = SimulatedSockets.ofBytes(vertx, 68);
    Promise<Duration> told = Promise.promise();
    sockets.serverEnd.shutdownHandler(time -> {
      told.complete(time);
      sockets.serverEnd.write("goodbye").onComplete(written -> sockets.serverEnd.close());
    });
    Buffer heard = Buffer.buffer();
    Future<Void> closed = closed(sockets.clientEnd);
    sockets.clientEnd.handler(heard::appendBuffer).resume();
    await(sockets.server().shutdown(LONG));
    assertEquals(LONG, await(told.future()));
    await(closed);
    assertEquals("goodbye", heard.toString());
    assertEquals(CloseReason.LOCAL, sockets.serverEnd.closeReason());
  }
}
