// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.CloseReason;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients in C that are killed in the middle of what they do, until so many connections of theirs were cut off ({@code
 * -Dnpipe.kills}), of byte streams and of messages, while others go on. Each has several connections, every one at a
 * moment of its own ({@code -Dnpipe.connections}): to start a process is what takes the time.
 */
@Timeout(value = 1_800, unit = TimeUnit.SECONDS)
class KilledClientsIT extends PipeRig {

  private static final int KILLS = Rounds.of("npipe.kills", 2_000);
  private static final int WARM_UP = 100;
  private static final int CONNECTIONS = Integer.getInteger("npipe.connections", 20);
  private static final int AT_ONCE = 4;
  private static final int MOST_BYTES = 60_000;

  private final Random random = new Random(11);
  private final NamedPipeClient client = NamedPipeClient.create(vertx);
  private final AtomicInteger cutOff = new AtomicInteger();
  private int started;

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

  /** Kills one process after the other, until so many connections have ended by it; says how many it took. */
  private int kill(int connections) throws Exception {
    int began = started;
    int enough = cutOff.get() + connections;
    Queue<ForeignClient> running = new ArrayDeque<>();
    while (cutOff.get() < enough || !running.isEmpty()) {
      if (cutOff.get() < enough) {
        assertTrue(started - began < connections + 2 * AT_ONCE, "most are killed before they come");
        String pipe = started % 2 == 0 ? name : name + "-m";
        running.add(Capability.victim("chatter", pipe, "" + ++started, "" + CONNECTIONS));
      }
      if (running.size() == AT_ONCE || cutOff.get() >= enough) {
        // Some of the oldest have not even connected, others are in the middle of a write or a read.
        Settling.settled(() -> 0, never -> random.nextInt(3) > 0);
        try (ForeignClient victim = running.remove()) {
          victim.kill();
        }
      }
    }
    return started - began;
  }

  private NamedPipeServer echo(String pipe, boolean messageMode) throws Exception {
    // As many wait at the end as at the beginning, whatever the pressure between.
    NamedPipeServerOptions options = new NamedPipeServerOptions().setMessageMode(messageMode)
        .setPendingInstances(4).setMaxPendingInstances(4);
    return await(NamedPipeServer.create(vertx, options).connectHandler(socket -> {
      socket.exceptionHandler(lost -> { });
      socket.closeHandler(closed -> cutOff.addAndGet(socket.closeReason() == CloseReason.PEER_CLOSED ? 1 : 0));
      socket.pipeTo(socket);
    }).listen(pipe));
  }

  private static void assertConnected(NamedPipeServer server, int standing) throws Exception {
    assertEquals(standing, Settling.settled(() -> server.acceptCounts().connections(), count -> count == standing));
  }

  @Test
  void clientsThatAreKilledDisturbNobodyAndLeaveNothing() throws Exception {
    Capability.C.require();
    NamedPipeServer streams = echo(name, false);
    NamedPipeServer messages = echo(name + "-m", true);
    List<Bystander> bystanders = new ArrayList<>(List.of(new Bystander(), new Bystander()));
    try (ForeignClient steady = Capability.C.program("probe.exe", "chatter", name, "99", "1")) {
      kill(WARM_UP);
      int standing = bystanders.size() + 1;
      assertConnected(streams, standing);
      assertConnected(messages, 0);
      Leaks leaks = Leaks.before();
      int before = cutOff.get();
      int killed = kill(KILLS);
      for (Bystander bystander : bystanders) {
        bystander.assertUndisturbed();
      }
      assertTrue(steady.isAlive(), "the client in C that was left alone has ended");
      assertConnected(streams, standing);
      assertConnected(messages, 0);
      System.out.printf("%d clients killed, %d connections of theirs cut off%n", killed, cutOff.get() - before);
      assertTrue(cutOff.get() - before >= KILLS);
      assertEquals(0, streams.acceptCounts().errors() + messages.acceptCounts().errors());
      leaks.assertNone();
    }
  }
}
