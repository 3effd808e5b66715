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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The security of the system itself, where the system has it; the simulated kernel shows the same everywhere. */
class EnforcementIT extends PipeRig {

  private static final String SYSTEM_ONLY = "D:P(A;;GA;;;SY)";
  private static final String APP = "S-1-15-2-1-2-3-4-5-6-7";
  private static final String OTHER_APP = "S-1-15-2-7-6-5-4-3-2-1";
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
    Enforcement.requireOrdinaryUser();
    await(listen(SYSTEM_ONLY, 1));
    NamedPipeException refused = assertInstanceOf(NamedPipeException.class,
        failure(NamedPipeClient.create(vertx).connect(name)));
    assertEquals("ERROR_ACCESS_DENIED", refused.errorName());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "CURRENT_USER          | as-is                     | in",
      "CURRENT_USER          | without user              | refused 5",
      "CURRENT_USER          | contained " + APP + "     | refused 5",
      "CURRENT_LOGON_SESSION | as-is                     | in",
      "CURRENT_LOGON_SESSION | without logon             | refused 5",
      "ADMINISTRATORS        | without S-1-5-32-544      | in",
      "ADMINISTRATORS        | without user S-1-5-32-544 | refused 5",
      "AUTHENTICATED_USERS   | without user              | in",
      "AUTHENTICATED_USERS   | without user S-1-5-11     | refused 5",
      "EVERYONE              | without user S-1-5-11     | in",
      "EVERYONE              | anonymous                 | refused 5",
      "EVERYONE              | contained " + APP + "     | refused 5",
      "APP_CONTAINER         | as-is                     | in",
      "APP_CONTAINER         | contained " + APP + "     | in",
      "APP_CONTAINER         | contained " + OTHER_APP + " | refused 5",
      "APP_CONTAINER         | without user              | refused 5",
  })
  void aPresetLetsInWhomItNamesAndNobodyElse(SecurityPreset preset, String who, String outcome) throws Exception {
    Enforcement.DACL.require();
    Enforcement.requireOrdinaryUser();
    NamedPipeServerOptions options = new NamedPipeServerOptions().setSecurityPreset(preset)
        .setAppContainerSid(preset == SecurityPreset.APP_CONTAINER ? APP : null);
    await(NamedPipeServer.create(vertx, options).connectHandler(NamedPipeSocket::resume).listen(name));
    List<String> arguments = new ArrayList<>(List.of("\\\\.\\pipe\\" + name));
    arguments.addAll(List.of(who.split(" ")));
    try (ForeignClient client = Capability.C.program("token.exe", arguments.toArray(String[]::new))) {
      assertEquals(outcome, client.success(PATIENCE_SECONDS).strip());
    }
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
