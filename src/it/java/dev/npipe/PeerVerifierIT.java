// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.npipe.channel.CloseReason;
import dev.npipe.channel.PeerIdentity;
import dev.npipe.channel.PeerRefusedException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients are let in by a function, or are not. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PeerVerifierIT extends PipeRig {

  private final Box<NamedPipeSocket> accepted = new Box<>();
  private final Box<Throwable> complaints = new Box<>();

  private NamedPipeServer listen(Function<PeerIdentity, Future<Boolean>> verifier, Duration timeout) throws Exception {
    NamedPipeServerOptions options = new NamedPipeServerOptions().setPeerVerifierTimeout(timeout);
    return await(NamedPipeServer.create(vertx, options)
        .peerVerifier(verifier)
        .exceptionHandler(complaints::put)
        .connectHandler(socket -> {
          socket.handler(socket::write);
          accepted.put(socket);
        })
        .listen(name));
  }

  private NamedPipeServer listen(Function<PeerIdentity, Future<Boolean>> verifier) throws Exception {
    return listen(verifier, NamedPipeServerOptions.DEFAULT_PEER_VERIFIER_TIMEOUT);
  }

  /** Connects, and says why the connection ends. */
  private CloseReason refusal() throws Exception {
    Box<CloseReason> closed = new Box<>();
    // On a context, or the refusal might come before there is a handler for it.
    onContext(() -> NamedPipeClient.create(vertx).connect(name)
        .onSuccess(socket -> socket.closeHandler(end -> closed.put(socket.closeReason()))));
    return closed.take();
  }

  @Test
  void theVerifierIsGivenTheClientBeforeTheConnectHandlerIs() throws Exception {
    Box<PeerIdentity> asked = new Box<>();
    listen(peer -> {
      asked.put(peer);
      return Future.succeededFuture(peer.processId().orElse(-1L) == ProcessHandle.current().pid());
    });
    NamedPipeSocket client = await(NamedPipeClient.create(vertx).connect(name));
    Box<Buffer> echoed = read(client);
    client.write("let me in");
    assertEquals("let me in", Box.bytes(echoed, 9).toString());
    PeerIdentity peer = await(accepted.take().peer());
    assertSame(asked.take(), peer);
  }

  @Test
  void itRunsOnTheContextOfTheServer() throws Exception {
    Box<Context> contexts = new Box<>();
    Context server = vertx.getOrCreateContext();
    Promise<NamedPipeServer> listening = Promise.promise();
    server.runOnContext(start -> NamedPipeServer.create(vertx)
        .peerVerifier(peer -> {
          contexts.put(Vertx.currentContext());
          return Future.succeededFuture(true);
        })
        .connectHandler(socket -> contexts.put(Vertx.currentContext()))
        .listen(name).onComplete(listening));
    await(listening.future());
    await(NamedPipeClient.create(vertx).connect(name));
    assertSame(server, contexts.take());
    assertSame(server, contexts.take());
  }

  @Test
  void whoIsRefusedIsClosedAndCountedAndTheNextOneIsAskedAgain() throws Exception {
    NamedPipeServer server = listen(peer -> Future.succeededFuture(false));
    assertNotNull(refusal());
    assertNotNull(refusal());
    assertEquals(2, server.refusedPeers());
    assertEquals(0, accepted.size());
    assertEquals(0, complaints.size());
  }

  @Test
  void aVerifierThatThrowsRefusesAndTheServerIsTold() throws Exception {
    NamedPipeServer server = listen(peer -> {
      throw new IllegalStateException("no idea");
    });
    assertNotNull(refusal());
    Throwable complaint = assertInstanceOf(PeerRefusedException.class, complaints.take());
    assertEquals("no idea", complaint.getCause().getMessage());
    assertEquals(1, server.refusedPeers());
  }

  @Test
  void aVerifierThatNeverAnswersRefusesWhenItsTimeIsUp() throws Exception {
    NamedPipeServer server = listen(peer -> Promise.<Boolean>promise().future(), Duration.ofMillis(300));
    assertNotNull(refusal());
    assertInstanceOf(PeerRefusedException.class, complaints.take());
    assertEquals(1, server.refusedPeers());
  }

  @Test
  void aClientThatLeftBeforeItWasApprovedIsServedWithWhatItWrote() throws Exception {
    Promise<Boolean> answer = Promise.promise();
    Box<PeerIdentity> asked = new Box<>();
    Box<Buffer> received = new Box<>();
    Box<CloseReason> closed = new Box<>();
    await(NamedPipeServer.create(vertx)
        .peerVerifier(peer -> {
          asked.put(peer);
          return answer.future();
        })
        .connectHandler(socket -> {
          socket.handler(received::put);
          socket.closeHandler(end -> closed.put(socket.closeReason()));
        })
        .listen(name));
    NamedPipeSocket client = await(NamedPipeClient.create(vertx).connect(name));
    await(client.write("last words"));
    await(client.close());
    asked.take();
    answer.complete(true);
    assertEquals("last words", Box.bytes(received, 10).toString());
    assertEquals(CloseReason.PEER_CLOSED, closed.take());
  }

  @Test
  void theNameIsFreeWhenAServerIsClosedWhoseVerifierHasNotAnswered() throws Exception {
    Box<PeerIdentity> asked = new Box<>();
    NamedPipeServer server = listen(peer -> {
      asked.put(peer);
      return Promise.<Boolean>promise().future();
    });
    Box<CloseReason> closed = new Box<>();
    await(NamedPipeClient.create(vertx).connect(name)
        .onSuccess(socket -> socket.closeHandler(end -> closed.put(socket.closeReason()))));
    asked.take();
    await(server.close());
    assertNotNull(closed.take());
    await(server.listen(name));
    assertEquals(0, server.refusedPeers());
  }

  @Test
  void aServerThatListensKeepsItsVerifier() throws Exception {
    NamedPipeServer server = listen(peer -> Future.succeededFuture(true));
    assertThrows(IllegalStateException.class, () -> server.peerVerifier(null));
  }

  @Test
  void theOptionsNameAVerifierAndTheServerMayHaveAnother() throws Exception {
    NamedPipeServerOptions options = new NamedPipeServerOptions()
        .setPeerVerifier(peer -> Future.succeededFuture(false));
    NamedPipeServer server = NamedPipeServer.create(vertx, options).connectHandler(accepted::put);
    await(server.listen(name));
    assertNotNull(refusal());
    assertEquals(1, server.refusedPeers());
    assertEquals(0, accepted.size());
    await(server.close());
    await(server.peerVerifier(peer -> Future.succeededFuture(true)).listen(name));
    await(NamedPipeClient.create(vertx).connect(name));
    assertNotNull(accepted.take());
    assertEquals(1, server.refusedPeers());
  }
}
