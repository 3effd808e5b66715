// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.ClientImpersonation;
import dev.npipe.iocp.SimulatedIdentity;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A thread that acts as a client stops doing so, or ends. */
class ClientThreadsTest {

  private static final int SECONDS = 20;

  private final SimulatedWorld world = new SimulatedWorld(22, SimulatedWorld.Drivers.SHARED);
  private final Executor threads = ClientThreads.create("npipe-test-as-client", 1);
  private final SimulatedIdentity system = world.kernel.identity;
  private final NamedPipeServerChannel listener;
  private final NamedPipeChannel client;
  private final NamedPipeChannel server;
  private Future<Boolean> result;

  ClientThreadsTest() {
    system.clientLevel = 2;
    world.kernel.whims.latePercent = 0;
    NamedPipeChannel[] accepted = new NamedPipeChannel[1];
    world.clientThreads = threads;
    listener = world.listen("as-client", null, child -> accepted[0] = child);
    client = world.connect("as-client", new Recorder());
    server = accepted[0];
    world.kernel.mayBlock = true;
  }

  @AfterEach
  void nothingIsLeft() {
    SimulatedWorld.closeAll(List.of(listener, client, server));
    world.settle();
    assertEquals("", world.leftovers());
  }

  private Thread threadOfNextTask() throws Exception {
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    threads.execute(() -> thread.complete(Thread.currentThread()));
    return thread.get(SECONDS, TimeUnit.SECONDS);
  }

  /** Has the code run on one of the threads; says which. */
  private Thread run() throws Exception {
    CompletableFuture<Thread> ran = new CompletableFuture<>();
    result = server.runAsClient(() -> ran.complete(Thread.currentThread()));
    return ran.get(SECONDS, TimeUnit.SECONDS);
  }

  private void assertEnds(Thread thread) throws Exception {
    thread.join(TimeUnit.SECONDS.toMillis(SECONDS));
    assertFalse(thread.isAlive());
    assertInstanceOf(ClientImpersonation.NotReverted.class, result.cause());
  }

  @Test
  void aThreadThatIsItselfAgainGoesOn() throws Exception {
    Thread used = run();
    assertSame(used, threadOfNextTask());
    assertTrue(result.isSuccess());
    assertFalse(system.isImpersonating());
  }

  @Test
  void aThreadThatCannotStopActingAsTheClientEndsAndIsNotUsedAgain() throws Exception {
    system.revertAnswer = 5;
    Thread used = run();
    assertEnds(used);
    assertNotSame(used, threadOfNextTask());
  }

  @Test
  void theWordOfTheSystemIsNotEnoughWhereTheThreadStillHasAToken() throws Exception {
    system.revertsInWordOnly = true;
    assertEnds(run());
    assertEquals(0, system.openObjects());
  }
}
