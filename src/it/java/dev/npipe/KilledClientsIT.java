// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients in C that are killed in the middle of what they do, so many processes ({@code -Dnpipe.kills}) of ten
 * connections each, while others go on.
 */
@Timeout(value = 1_800, unit = TimeUnit.SECONDS)
class KilledClientsIT extends PipeRig {

  private static final int KILLS = Rounds.of("npipe.kills", 200);
  private static final int WARM_UP = 10;
  private static final int CONNECTIONS = 10;
  private static final int AT_ONCE = 4;
  private static final int MOST_BYTES = 60_000;

  private final Random random = new Random(11);
  private final NamedPipeClient client = NamedPipeClient.create(vertx);

  /** One that must not notice: sends, and expects just that back, over and over. */
  private final class Bystander {

    private final NamedPipeSocket socket;
    private final AtomicLong echoes = new AtomicLong();
    private final AtomicBoolean wrong = new AtomicBoolean();
    private final Random sizes = new Random(3);
    private Buffer sent;
    private Buffer received = Buffer.buffer();

    Bystander() throws Exception {
      socket = await(client.connect(name));
      socket.handler(this::received);
      vertx.runOnContext(go -> send());
    }

    private void send() {
      sent = random(1 + sizes.nextInt(MOST_BYTES));
      socket.write(sent);
    }

    private void received(Buffer part) {
      received.appendBuffer(part);
      if (received.length() >= sent.length()) {
        wrong.compareAndSet(false, !received.equals(sent));
        received = Buffer.buffer();
        echoes.incrementAndGet();
        send();
      }
    }

    void assertUndisturbed() throws Exception {
      long before = echoes.get();
      assertTrue(Settling.settled(echoes::get, count -> count > before) > before, "a bystander stands still");
      assertTrue(!wrong.get(), "a bystander got something else back");
      assertNull(socket.closeReason());
    }
  }

  private void kill(int times) throws Exception {
    Queue<ForeignClient> running = new ArrayDeque<>();
    for (int i = 0; i < times || !running.isEmpty(); i++) {
      if (i < times) {
        running.add(Capability.victim("chatter", name, "" + i, "" + CONNECTIONS));
      }
      if (running.size() == AT_ONCE || i >= times) {
        // Some of the oldest have not even connected, others are in the middle of a write or a read.
        Settling.settled(() -> 0, never -> random.nextInt(3) > 0);
        try (ForeignClient victim = running.remove()) {
          victim.kill();
        }
      }
    }
  }

  @Test
  void clientsThatAreKilledDisturbNobodyAndLeaveNothing() throws Exception {
    Capability.C.require();
    AtomicLong accepted = new AtomicLong();
    // As many wait at the end as at the beginning, whatever the pressure between.
    NamedPipeServerOptions options = new NamedPipeServerOptions().setPendingInstances(4).setMaxPendingInstances(4);
    NamedPipeServer server = NamedPipeServer.create(vertx, options).connectHandler(socket -> {
      accepted.incrementAndGet();
      socket.exceptionHandler(cutOff -> { });
      socket.pipeTo(socket);
    });
    await(server.listen(name));
    List<Bystander> bystanders = new ArrayList<>(List.of(new Bystander(), new Bystander()));
    try (ForeignClient steady = Capability.C.program("probe.exe", "chatter", name, "99", "1")) {
      kill(WARM_UP);
      int standing = bystanders.size() + 1;
      Settling.settled(() -> server.acceptCounts().connections(), count -> count == standing);
      Leaks leaks = Leaks.before();
      long before = accepted.get();
      kill(KILLS);
      for (Bystander bystander : bystanders) {
        bystander.assertUndisturbed();
      }
      assertTrue(steady.isAlive(), "the client in C that was left alone has ended");
      assertEquals(standing,
          Settling.settled(() -> server.acceptCounts().connections(), count -> count == standing));
      System.out.printf("%d clients killed, %d connections of theirs%n", KILLS, accepted.get() - before);
      assertTrue(accepted.get() - before >= KILLS, "most were killed before they came");
      assertEquals(0, server.acceptCounts().errors());
      leaks.assertNone();
    }
  }
}
