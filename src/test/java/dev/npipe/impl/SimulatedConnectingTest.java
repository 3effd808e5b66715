// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import static dev.npipe.impl.SimulatedSockets.await;
import static dev.npipe.impl.SimulatedSockets.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.NamedPipeClient;
import dev.npipe.NamedPipeClientOptions;
import dev.npipe.NamedPipePair;
import dev.npipe.NamedPipeServer;
import dev.npipe.NamedPipeServerOptions;
import dev.npipe.NamedPipeSocket;
import dev.npipe.channel.CloseReason;
import dev.npipe.channel.ExpectedServer;
import dev.npipe.channel.LogWatch;
import dev.npipe.channel.SimulatedPipes;
import dev.npipe.channel.UnexpectedServerException;
import dev.npipe.iocp.SimulatedIdentity;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How often a client tries, and how the two sockets of a pair find each other. */
@ExtendWith(LogWatch.class)
class SimulatedConnectingTest {

  private static final Duration SOON = Duration.ofMillis(5);

  private final Vertx vertx = Vertx.vertx();
  private final SimulatedPipes pipes = new SimulatedPipes(64);
  private final AtomicInteger attempts = new AtomicInteger();
  private final PipeChannels channels = new PipeChannels(pipes::newServer, () -> {
    attempts.incrementAndGet();
    return pipes.newClient();
  });

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    pipes.close();
  }

  private NamedPipeClient client(NamedPipeClientOptions options) {
    return new NamedPipeClientImpl(vertx, options.setReconnectInterval(SOON), channels);
  }

  private NamedPipeServer listening() throws Exception {
    NamedPipeServer server = new NamedPipeServerImpl(vertx, new NamedPipeServerOptions(), channels)
        .connectHandler(socket -> { });
    return await(server.listen("connecting"));
  }

  @Test
  void aClientTriesAsOftenAsItMayAndThenFails() throws Exception {
    Future<NamedPipeSocket> connected = client(new NamedPipeClientOptions().setReconnectAttempts(3))
        .connect("connecting");
    assertInstanceOf(ConnectException.class, failure(connected).getCause());
    assertEquals(4, attempts.get());
  }

  @Test
  void aClientThatTriesAgainFindsTheServerThatCameLater() throws Exception {
    Future<NamedPipeSocket> connected = client(new NamedPipeClientOptions().setReconnectAttempts(-1))
        .connect("connecting");
    Promise<Void> later = Promise.promise();
    vertx.setTimer(50, timer -> later.complete());
    await(later.future());
    NamedPipeServer server = listening();
    assertEquals(server.path(), await(connected).path());
    assertTrue(attempts.get() > 1);
  }

  @Test
  void aServerThatIsNotTheOneExpectedIsNotTriedAgain() throws Exception {
    listening();
    Future<NamedPipeSocket> refused = client(new NamedPipeClientOptions().setReconnectAttempts(5)
        .setExpectServer(ExpectedServer.processId(SimulatedIdentity.PEER + 1))).connect("connecting");
    assertInstanceOf(UnexpectedServerException.class, failure(refused));
    assertEquals(1, attempts.get());
  }

  private Future<NamedPipePair> pair() {
    return PipePairs.connect(vertx, new NamedPipeServerOptions(), new NamedPipeClientOptions(), channels);
  }

  @Test
  void theSocketsOfAPairAreConnectedAndEndTogether() throws Exception {
    pipes.kernel().people().peer = ProcessHandle.current().pid();
    NamedPipePair pair = await(pair());
    Buffer heard = Buffer.buffer();
    Promise<Void> closed = Promise.promise();
    pair.clientEnd().handler(heard::appendBuffer).closeHandler(closed::complete).resume();
    pair.serverEnd().write("hello");
    await(pair.serverEnd().close());
    await(closed.future());
    assertEquals("hello", heard.toString());
    assertEquals(CloseReason.PEER_CLOSED, pair.clientEnd().closeReason());
  }

  @Test
  void aPairLetsNobodyInButThisProcess() throws Exception {
    assertInstanceOf(UnexpectedServerException.class, failure(pair()));
  }
}
