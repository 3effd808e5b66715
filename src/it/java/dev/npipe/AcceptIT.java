// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.AcceptCounts;
import dev.npipe.channel.NamedPipeException;
import dev.npipe.channel.PipeListing;
import dev.npipe.channel.WaitPolicy;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** More clients at once than instances wait for, or than are let in. */
class AcceptIT extends PipeRig {

  private static final int CLIENTS = 60;
  private static final int LEAVERS = 1_000;
  private static final int WORDS = 60;

  private final NamedPipeClient client = NamedPipeClient.create(vertx,
      new NamedPipeClientOptions().setWhenBusy(WaitPolicy.WAIT));

  /** Connects, has one word echoed, and leaves. */
  private Future<Buffer> visit() {
    return client.connect(name).compose(socket -> Future.<Buffer>future(promise -> {
      socket.closeHandler(closed -> promise.tryFail("closed: " + socket.closeReason()));
      socket.handler(promise::tryComplete);
      socket.write("word");
    }).eventually(socket::close));
  }

  private void visitTogether() throws Exception {
    List<Future<Buffer>> visits = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      visits.add(visit());
    }
    for (Future<Buffer> visit : visits) {
      assertEquals("word", await(visit).toString());
    }
  }

  @Test
  void allWhoComeTogetherAreServedAndCounted() throws Exception {
    NamedPipeServerOptions options = new NamedPipeServerOptions().setPendingInstances(2).setMaxPendingInstances(16);
    NamedPipeServer server = NamedPipeServer.create(vertx, options).connectHandler(socket ->
        socket.handler(socket::write));
    assertNull(server.acceptCounts());
    await(server.listen(name));
    visitTogether();
    AcceptCounts counts = Settling.settled(server::acceptCounts, now -> now.connections() == 0);
    assertEquals(CLIENTS, counts.accepted());
    assertEquals(0, counts.connections());
    assertEquals(0, counts.errors());
    assertTrue(counts.pendingInstances() >= 2 && counts.pendingInstances() <= 16, counts.toString());
    await(server.close());
    assertNull(server.acceptCounts());
  }

  @Test
  void clientsBeyondTheLimitWaitForTheirTurn() throws Exception {
    AtomicInteger most = new AtomicInteger();
    NamedPipeServer server = NamedPipeServer.create(vertx,
        new NamedPipeServerOptions().setPendingInstances(2).setMaxConnections(3));
    server.connectHandler(socket -> {
      // Not by the close handlers: they run some time after a connection has made room for the next one.
      most.accumulateAndGet(server.acceptCounts().connections(), Math::max);
      socket.handler(socket::write);
    });
    await(server.listen(name));
    visitTogether();
    assertEquals(3, most.get());
    assertEquals(CLIENTS, server.acceptCounts().accepted());
  }

  @Test
  void whatClientsHaveWrittenThatLeaveAtOnceArrives() throws Exception {
    Capability.C.require();
    AtomicInteger received = new AtomicInteger();
    NamedPipeServer server = NamedPipeServer.create(vertx, new NamedPipeServerOptions().setPendingInstances(1)
        .setMaxPendingInstances(1)).connectHandler(socket ->
            socket.handler(bytes -> received.addAndGet(bytes.length())));
    await(server.listen(name));
    try (ForeignClient leavers = Capability.C.program("probe.exe", "leave", name, "" + LEAVERS, "2")) {
      leavers.success();
    }
    assertEquals(LEAVERS, Settling.settled(received::get, count -> count == LEAVERS));
    AcceptCounts counts = server.acceptCounts();
    assertEquals(LEAVERS, counts.accepted());
    assertEquals(0, counts.clientsGone());
    assertEquals(0, counts.errors());
  }

  /** Within the time that a test has: a listener that takes all who come first has them wait a second for each word. */
  @Test
  void clientsThatComeAndGoWithoutAnEndLeaveTheOthersTheirTurn() throws Exception {
    Capability.C.require();
    NamedPipeServer server = NamedPipeServer.create(vertx, new NamedPipeServerOptions().setPendingInstances(1)
        .setMaxPendingInstances(1)).connectHandler(socket -> socket.exceptionHandler(e -> { }).handler(socket::write));
    await(server.listen(name));
    NamedPipeSocket here = connectPaused(client, name);
    Box<Buffer> echoed = read(here);
    here.resume();
    try (ForeignClient leavers = Capability.C.program("victim.exe", "leave", name, "1000000", "6")) {
      long before = Settling.settled(() -> server.acceptCounts().accepted(), count -> count > LEAVERS / 10);
      assertTrue(before > LEAVERS / 10, before + " came at all");
      int most = 0;
      for (int i = 0; i < WORDS; i++) {
        here.write("word");
        assertEquals("word", Box.bytes(echoed, 4).toString());
        most = Math.max(most, server.acceptCounts().connections());
      }
      assertTrue(most < LEAVERS / 10, most + " connections of a few clients");
      long meanwhile = server.acceptCounts().accepted() - before;
      assertTrue(meanwhile > WORDS / 10 && leavers.isAlive(), meanwhile + " came meanwhile");
      leavers.kill();
    }
  }

  @Test
  void thePipesOfTheMachineAreListedWithoutTakingAnInstance() throws Exception {
    NamedPipeServer server = NamedPipeServer.create(vertx, new NamedPipeServerOptions().setMaxInstances(9)
        .setPendingInstances(2)).connectHandler(socket -> { });
    await(server.listen(name));
    await(client.connect(name));
    AcceptCounts counts = Settling.settled(server::acceptCounts,
        now -> now.accepted() == 1 && now.pendingInstances() == 2);
    PipeListing ours = new PipeListing(server.path(), 3, 9);
    assertTrue(listed().contains(ours), counts::toString);
    assertTrue(NamedPipes.list().contains(ours), "listed again, without a future");
    assertEquals(counts, server.acceptCounts());
  }

  private List<PipeListing> listed() throws Exception {
    Future<List<PipeListing>> listing = NamedPipes.list(vertx);
    Throwable failure = failure(listing);
    if (failure != null) {
      NamedPipeException told = assertInstanceOf(NamedPipeException.class, failure);
      assertEquals("list", told.operation());
      assertThrows(NamedPipeException.class, NamedPipes::list);
      Assumptions.abort("not available here: the directory of the pipes (" + told.getMessage() + ")");
    }
    return await(listing);
  }
}
