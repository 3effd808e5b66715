// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.NamedPipeException;
import dev.npipe.channel.PeerIdentity;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

/** The security of the system itself, where the system has it; the simulated kernel shows the same everywhere. */
class EnforcementIT extends PipeRig {

  private static final String SYSTEM_ONLY = "D:P(A;;GA;;;SY)";
  private static final String NOBODY_CREATES = "D:P(A;;0x12019b;;;WD)";

  private Future<NamedPipeServer> listen(String descriptor, int pendingInstances) {
    return NamedPipeServer.create(vertx, new NamedPipeServerOptions()
            .setSecurityDescriptor(descriptor).setPendingInstances(pendingInstances))
        .connectHandler(socket -> socket.pipeTo(socket))
        .listen(name);
  }

  @Test
  void aClientThatTheDescriptorLeavesOutIsRefused() throws Exception {
    Enforcement.DACL.require();
    await(listen(SYSTEM_ONLY, 1));
    NamedPipeException refused = assertInstanceOf(NamedPipeException.class,
        failure(NamedPipeClient.create(vertx).connect(name)));
    assertEquals("ERROR_ACCESS_DENIED", refused.errorName());
  }

  @Test
  void aClientByARemoteNameIsTurnedAwayUnlessItIsLetInAndIsKnownByItsMachine() throws Exception {
    Enforcement.REMOTE_NAMES.require();
    String remote = "\\\\127.0.0.1\\pipe\\" + name;
    Box<NamedPipeSocket> accepted = new Box<>();
    NamedPipeServer server = await(NamedPipeServer.create(vertx).connectHandler(accepted::put).listen(name));
    assertInstanceOf(NamedPipeException.class, failure(NamedPipeClient.create(vertx).connect(remote)));
    await(server.close());
    await(NamedPipeServer.create(vertx, new NamedPipeServerOptions().setRejectRemoteClients(false))
        .connectHandler(accepted::put).listen(name));
    NamedPipeSocket client = await(NamedPipeClient.create(vertx).connect(remote));
    NamedPipeSocket socket = accepted.take();
    Box<Buffer> read = read(socket);
    await(client.write("over SMB"));
    assertEquals("over SMB", Box.bytes(read, 8).toString());
    PeerIdentity peer = await(socket.peer());
    assertTrue(peer.computerName().isPresent());
    assertTrue(peer.processId().isEmpty() && peer.sessionId().isEmpty());
  }

  @Test
  void withoutTheRightToCreateInstancesNobodyJoinsTheName() throws Exception {
    Enforcement.CREATE_INSTANCE_RIGHT.require();
    await(listen(NOBODY_CREATES, 1));
    Vertx other = Vertx.vertx();
    NamedPipeServerOptions joining = new NamedPipeServerOptions().setFirstInstanceRequired(false);
    NamedPipeServer intruder = NamedPipeServer.create(other, joining)
        .connectHandler(socket -> socket.close());
    Throwable refused = failure(intruder.listen(name));
    await(other.close());
    assertEquals("ERROR_ACCESS_DENIED", assertInstanceOf(NamedPipeException.class, refused).errorName());
  }
}
