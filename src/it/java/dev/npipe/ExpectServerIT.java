// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.CloseReason;
import dev.npipe.channel.ExpectedServer;
import dev.npipe.channel.UnexpectedServerException;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server of a pipe is verified before anything is sent, against what the system says. */
class ExpectServerIT extends PipeRig {

  private final Box<Buffer> received = new Box<>();
  private final Box<CloseReason> closed = new Box<>();

  @BeforeEach
  void listen() throws Exception {
    await(NamedPipeServer.create(vertx).connectHandler(socket -> {
      socket.handler(received::put);
      socket.closeHandler(end -> closed.put(socket.closeReason()));
    }).listen(name));
  }

  private void assertServes(ExpectedServer expected) throws Exception {
    NamedPipeSocket socket = await(client(expected).connect(name));
    await(socket.write("for you"));
    assertEquals("for you", Box.bytes(received, 7).toString());
    await(socket.close());
    assertEquals(CloseReason.PEER_CLOSED, closed.take());
  }

  private NamedPipeClient client(ExpectedServer expected) {
    return NamedPipeClient.create(vertx, new NamedPipeClientOptions().setExpectServer(expected));
  }

  private void assertRefused(ExpectedServer expected) throws Exception {
    Throwable refusal = failure(client(expected).connect(name));
    assertInstanceOf(UnexpectedServerException.class, refusal);
    assertTrue(refusal.getMessage().contains("expected (" + expected + ")"), refusal.getMessage());
    assertEquals(CloseReason.PEER_CLOSED, closed.take());
    assertEquals(0, received.size());
  }

  @Test
  void aServerOfTheSameUserIsTheCurrentUsers() throws Exception {
    assertServes(ExpectedServer.currentUser());
  }

  @Test
  void aServerIsKnownByTheSidOfItsUser() throws Exception {
    NamedPipeSocket socket = await(NamedPipeClient.create(vertx).connect(name));
    String sid = await(socket.peer()).userSid().orElseThrow();
    await(socket.close());
    assertEquals(CloseReason.PEER_CLOSED, closed.take());
    assertServes(ExpectedServer.sid(sid));
  }

  @Test
  void aServerIsKnownByItsProcess() throws Exception {
    assertServes(ExpectedServer.processId(ProcessHandle.current().pid()));
  }

  @Test
  void aUsersServerIsNotTheSystems() throws Exception {
    Enforcement.requireOrdinaryUser();
    assertRefused(ExpectedServer.system());
  }

  @Test
  void aUsersServerIsNotTheAdministrators() throws Exception {
    assertRefused(ExpectedServer.administrators());
  }

  @Test
  void anotherUserIsExpectedInVain() throws Exception {
    assertRefused(ExpectedServer.sid("S-1-5-21-1-2-3-4711"));
  }

  @Test
  void anUnexpectedServerIsNotTriedAgain() throws Exception {
    Enforcement.requireOrdinaryUser();
    // Another attempt would come so late that the test fails.
    NamedPipeClientOptions options = new NamedPipeClientOptions().setExpectServer(ExpectedServer.system())
        .setReconnectAttempts(3).setReconnectInterval(Duration.ofSeconds(2L * PATIENCE_SECONDS));
    Throwable refusal = failure(NamedPipeClient.create(vertx, options).connect(name));
    assertInstanceOf(UnexpectedServerException.class, refusal);
    assertEquals(CloseReason.PEER_CLOSED, closed.take());
  }

  @Test
  void anotherProcessIsExpectedInVain() throws Exception {
    assertRefused(ExpectedServer.processId(ProcessHandle.current().pid() + 4));
  }
}
