// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.PeerIdentity;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is told about a peer, against what the peer says about itself. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class PeerIT extends PipeRig {

  private static final long EPOCH = 116_444_736_000_000_000L;

  private final Box<NamedPipeSocket> accepted = new Box<>();

  private void listen() throws Exception {
    await(NamedPipeServer.create(vertx).connectHandler(socket -> accepted.put(socket.pause())).listen(name));
  }

  private String path() {
    return "\\\\.\\pipe\\" + name;
  }

  /** What the client sends about itself. */
  private static Map<String, String> report(NamedPipeSocket socket) throws Exception {
    Box<Buffer> read = read(socket);
    String text = "";
    while (!text.endsWith("end\n")) {
      text += read.take();
    }
    Map<String, String> said = new HashMap<>();
    for (String line : text.split("\n")) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        said.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return said;
  }

  private static Instant fileTime(String ticks) {
    long since = Long.parseLong(ticks) - EPOCH;
    return Instant.ofEpochSecond(since / 10_000_000, since % 10_000_000 * 100);
  }

  /** The file itself: version managers start programs by a link, and only the system tells where that leads. */
  private static Path file(String path) {
    try {
      return Path.of(path).toRealPath();
    } catch (IOException unresolved) {
      return Path.of(path);
    }
  }

  /** Everything a client says about itself is found, and nothing else than it says. */
  private static void assertTold(Map<String, String> said, PeerIdentity peer) {
    assertEquals(said.get("pid"), peer.processId().map(String::valueOf).orElse(null));
    assertEquals(file(said.get("image")), peer.imagePath().map(PeerIT::file).orElse(null));
    assertEquals(Optional.empty(), peer.computerName());
    if (said.containsKey("session")) {
      assertEquals(said.get("session"), peer.sessionId().map(String::valueOf).orElse(null));
    }
    if (said.containsKey("start")) {
      assertEquals(Optional.of(fileTime(said.get("start"))), peer.startTime());
    }
    if (said.containsKey("user")) {
      String account = peer.accountName().orElse("");
      assertEquals(said.get("user"), account.substring(account.indexOf('\\') + 1));
    }
  }

  @Test
  void aClientInCIsWhoItSaysItIs() throws Exception {
    listen();
    try (ForeignClient client = Capability.C.program("identity.exe", path(), "identification")) {
      NamedPipeSocket socket = accepted.take();
      PeerIdentity peer = await(socket.peer());
      Map<String, String> said = report(socket);
      assertTold(said, peer);
      assertEquals(Optional.ofNullable(said.get("account")), peer.accountName());
      assertEquals(Optional.of(said.get("sid")), peer.userSid());
      assertEquals(Optional.of(said.get("elevated").equals("1")), peer.elevated());
      int level = Integer.parseInt(said.get("integrity").substring("S-1-16-".length()));
      assertEquals(Optional.of(level / 0x1000), peer.integrityLevel().map(Enum::ordinal));
      assertEquals(said.get("pid"), String.valueOf(socket.peerProcessId()));
      await(socket.close());
      client.success();
    }
  }

  @Test
  void aClientInNodeIsWhoItSaysItIs() throws Exception {
    listen();
    try (ForeignClient client = Capability.NODE.program("src/it/node/identity.js", path())) {
      NamedPipeSocket socket = accepted.take();
      PeerIdentity peer = await(socket.peer());
      assertTold(report(socket), peer);
      await(socket.close());
      client.success();
    }
  }

  @Test
  void aClientInPythonIsWhoItSaysItIs() throws Exception {
    listen();
    try (ForeignClient client = Capability.PYTHON.program("src/it/python/identity.py", path())) {
      NamedPipeSocket socket = accepted.take();
      PeerIdentity peer = await(socket.peer());
      assertTold(report(socket), peer);
      await(socket.close());
      client.success();
    }
  }

  @Test
  void bothEndsOfOneProcessSeeThatProcess() throws Exception {
    Pair pair = pair();
    for (NamedPipeSocket end : new NamedPipeSocket[] {pair.serverEnd, pair.clientEnd}) {
      PeerIdentity peer = await(end.peer());
      ProcessHandle self = ProcessHandle.current();
      assertEquals(Optional.of(self.pid()), peer.processId());
      Duration apart = Duration.between(self.info().startInstant().orElseThrow(), peer.startTime().orElseThrow());
      assertTrue(apart.abs().compareTo(Duration.ofSeconds(1)) < 0, peer.toString());
      assertEquals(self.info().command().map(PeerIT::file), peer.imagePath().map(PeerIT::file));
      assertTrue(peer.userSid().orElseThrow().startsWith("S-1-5-"), peer.toString());
      assertTrue(peer.integrityLevel().isPresent() && peer.elevated().isPresent(), peer.toString());
    }
  }

  @Test
  void aPeerIsFoundOutOnceAndIsStillKnownWhenTheConnectionIsClosed() throws Exception {
    Pair pair = pair();
    PeerIdentity peer = await(pair.serverEnd.peer());
    await(pair.serverEnd.close());
    assertSame(peer, await(pair.serverEnd.peer()));
  }

  @Test
  void whoAsksOnlyAfterTheCloseIsToldSo() throws Exception {
    Pair pair = pair();
    await(pair.serverEnd.close());
    assertInstanceOf(ClosedChannelException.class, failure(pair.serverEnd.peer()));
  }

  @Test
  void ofAClientThatHasDiedNothingIsInvented() throws Exception {
    listen();
    try (ForeignClient client = Capability.C.program("identity.exe", path(), "identification")) {
      NamedPipeSocket socket = accepted.take();
      client.kill();
      Future<PeerIdentity> asked = socket.peer();
      Throwable failure = failure(asked);
      if (failure != null) {
        // This end has noticed the death first, and closed.
        assertInstanceOf(ClosedChannelException.class, failure);
        return;
      }
      PeerIdentity peer = asked.result();
      // The pipe still says which process it was; the process may be gone, and must not be another one.
      assertEquals(socket.peerProcessId(), peer.processId().orElse(socket.peerProcessId()));
      assertTrue(peer.imagePath().map(image -> image.endsWith("identity.exe")).orElse(true), peer.toString());
    }
  }
}
