// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.CloseReason;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ForeignClientsIT extends PipeRig {

  private final Box<NamedPipeSocket> accepted = new Box<>();
  private final Map<NamedPipeSocket, Box<CloseReason>> left = new ConcurrentHashMap<>();

  @BeforeEach
  void listen() throws Exception {
    await(NamedPipeServer.create(vertx).connectHandler(this::accept).listen(name));
  }

  /** The client may have left again before the test goes on. */
  private void accept(NamedPipeSocket socket) {
    Box<CloseReason> reason = new Box<>();
    left.put(socket, reason);
    socket.closeHandler(closed -> reason.put(socket.closeReason()));
    accepted.put(socket.pause());
  }

  /** Serves the next client; the box says why it left. */
  private Box<CloseReason> serve(NamedPipeSocket socket) {
    socket.pipeTo(socket);
    return left.get(socket);
  }

  private void assertServed(Capability language, String text) throws Exception {
    try (ForeignClient client = language.client("echo", name, text)) {
      Box<CloseReason> left = serve(accepted.take());
      assertEquals(text, client.success());
      assertEquals(CloseReason.PEER_CLOSED, left.take());
    }
  }

  private static void assertWhole(ForeignClient client, int mib) throws Exception {
    int bytes = mib * 1024 * 1024;
    String report = client.success();
    assertTrue(report.matches("sent " + bytes + " bytes, received " + bytes + " bytes, sha256 [0-9a-f]{64} match"),
        report);
  }

  @ParameterizedTest
  @EnumSource(Capability.class)
  void whatAForeignClientSendsComesBack(Capability language) throws Exception {
    assertServed(language, "a word over the pipe");
  }

  @ParameterizedTest
  @EnumSource(Capability.class)
  void aLargeTransferComesBackUnchanged(Capability language) throws Exception {
    try (ForeignClient client = language.client("transfer", name, "8")) {
      Box<CloseReason> left = serve(accepted.take());
      assertWhole(client, 8);
      assertEquals(CloseReason.PEER_CLOSED, left.take());
    }
  }

  @ParameterizedTest
  @EnumSource(Capability.class)
  void aClientThatDiesIsTheEndOfItsOwnConnectionOnly(Capability language) throws Exception {
    try (ForeignClient client = language.client("die", name)) {
      NamedPipeSocket socket = accepted.take();
      Box<CloseReason> left = serve(socket);
      assertNotEquals(0, client.exitCode());
      assertEquals(CloseReason.PEER_CLOSED, left.take());
    }
    assertServed(language, "still there");
  }

  @ParameterizedTest
  @EnumSource(Capability.class)
  void twoClientsAreServedAtOnce(Capability language) throws Exception {
    try (ForeignClient first = language.client("transfer", name, "8");
        ForeignClient second = language.client("transfer", name, "8")) {
      // Neither gets an answer before both are connected.
      NamedPipeSocket one = accepted.take();
      NamedPipeSocket other = accepted.take();
      serve(one);
      serve(other);
      assertWhole(first, 8);
      assertWhole(second, 8);
    }
  }
}
