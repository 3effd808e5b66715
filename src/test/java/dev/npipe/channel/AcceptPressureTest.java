// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.PipeErrors;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Many clients at once: how many instances wait for them, how many are let in, and what is counted. */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class AcceptPressureTest {

  private static final int QUIET_MILLIS = 5_000;

  private final PipePair pair;
  private final SimulatedWorld world;
  private final List<ChannelFuture> connects = new ArrayList<>();

  AcceptPressureTest(SimulatedWorld.Drivers drivers) {
    pair = new PipePair(51, drivers);
    world = pair.world;
  }

  @AfterEach
  void nothingIsLeft() {
    connects.forEach(connect -> connect.channel().close());
    world.settle(200);
    pair.end();
  }

  private void listen(int pending, int maxPending, int maxConnections) {
    ChannelFuture bound = world.server(pair::accept)
        .handler(new ChannelInboundHandlerAdapter() {
          @Override
          public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            pair.acceptErrors.add(cause);
          }
        })
        .option(NamedPipeChannelOption.PIPE_PENDING_INSTANCES, pending)
        .option(NamedPipeChannelOption.PIPE_MAX_PENDING_INSTANCES, maxPending)
        .option(NamedPipeChannelOption.PIPE_MAX_CONNECTIONS, maxConnections)
        .bind(NamedPipeAddress.of(PipePair.NAME));
    world.settle();
    assertTrue(bound.isSuccess());
    pair.server = (NamedPipeServerChannel) bound.channel();
  }

  private ChannelFuture connect() {
    ChannelFuture connect = world.client(new Recorder())
        .option(NamedPipeChannelOption.PIPE_WHEN_BUSY, WaitPolicy.WAIT).connect(NamedPipeAddress.of(PipePair.NAME));
    connects.add(connect);
    return connect;
  }

  private void connect(int clients) {
    for (int i = 0; i < clients; i++) {
      connect();
    }
    world.settle();
    world.settle(200);
  }

  /** Clients that come in the same moment, before the server can do anything; some find the pipe busy, and wait. */
  private void burst(int clients) {
    for (int i = 0; i < clients; i++) {
      connect();
    }
    world.clientLoop.runNow();
    world.kernel.mayBlock = true;
    for (Runnable open = world.opens.poll(); open != null; open = world.opens.poll()) {
      open.run();
    }
    world.kernel.mayBlock = false;
    world.settle();
  }

  private AcceptCounts counts() {
    return pair.server.acceptCounts();
  }

  @Test
  void theirNumberGrowsWhileClientsFindAllTakenAndShrinksWhenItIsQuiet() {
    listen(2, 8, Integer.MAX_VALUE);
    assertEquals(2, counts().pendingInstances());
    // How many of those who come together are known of together is the kernel's whim.
    for (int i = 0; i < 100 && counts().pendingInstances() < 8; i++) {
      burst(10);
    }
    world.settle(200);
    assertEquals(connects.size(), counts().accepted());
    assertEquals(8, counts().pendingInstances());
    assertTrue(counts().exhaustions() >= 3);
    world.settle(4 * QUIET_MILLIS);
    assertEquals(2, counts().pendingInstances());
    assertEquals(connects.size() + 2, world.kernel.instances(PipePair.PATH));
    connect(1);
    assertEquals(connects.size(), counts().accepted());
    assertEquals(List.of(), pair.acceptErrors);
  }

  @Test
  void oneByOneIsNoPressure() {
    listen(2, 64, Integer.MAX_VALUE);
    for (int i = 0; i < 10; i++) {
      connect(1);
    }
    assertEquals(2, counts().pendingInstances());
    assertEquals(0, counts().exhaustions());
  }

  @Test
  void whoComesWhileAnInstanceEndsItsWaitIsServed() {
    listen(1, 4, Integer.MAX_VALUE);
    for (int i = 0; i < 100 && counts().pendingInstances() < 4; i++) {
      burst(5);
    }
    world.settle(200);
    assertEquals(4, counts().pendingInstances());
    long served = counts().accepted();
    // Step by step, with clients that come all the while, until the quiet time is over and beyond.
    for (int i = 0; i < 12; i++) {
      world.ticker.advance(QUIET_MILLIS / 4, TimeUnit.MILLISECONDS);
      for (int step = 0; step < 40; step++) {
        world.step();
        if (step % 10 == 3) {
          connect();
        }
      }
    }
    world.settle();
    world.settle(QUIET_MILLIS);
    long clients = connects.stream().filter(ChannelFuture::isSuccess).count();
    assertEquals(connects.size(), clients);
    assertEquals(clients, counts().accepted());
    assertTrue(counts().accepted() > served);
    assertTrue(connects.stream().allMatch(connect -> connect.channel().isActive()), "a client was cut off");
  }

  @Test
  void clientsBeyondTheLimitWaitForTheirTurn() {
    listen(2, 2, 3);
    connect(8);
    assertEquals(3, counts().connections());
    assertEquals(3, pair.children.size());
    // Two more are connected to the instances that wait, the rest find the pipe busy.
    assertEquals(5, connects.stream().filter(ChannelFuture::isSuccess).count());
    for (int served = 3; served < 8; served++) {
      pair.children.get(served - 3).channel.close();
      world.settle();
      world.settle(200);
      assertEquals(served + 1, pair.children.size());
      assertEquals(3, counts().connections());
    }
    assertTrue(connects.stream().allMatch(ChannelFuture::isSuccess));
    assertEquals(8, counts().accepted());
    assertEquals(0, counts().exhaustions(), "at the limit there is no room for more anyway");
  }

  @Test
  void whatAClientBeyondTheLimitSendsIsReadWhenItsTurnComes() {
    listen(2, 2, 1);
    connect(2);
    NamedPipeChannel second = (NamedPipeChannel) connects.get(1).channel();
    pair.send(second, "patient");
    assertEquals(1, pair.children.size());
    pair.child().channel.close();
    world.settle();
    assertEquals("patient", pair.child().text());
  }

  @Test
  void clientsThatComeAndGoAreCountedAndSurvived() {
    listen(1, 1, Integer.MAX_VALUE);
    for (int i = 0; i < 5; i++) {
      world.kernel.whims.beforeNextConnect(() -> {
        long stranger = world.kernel.open(PipePair.PATH, 3, 1);
        world.kernel.close(stranger);
      });
      connect(1);
    }
    assertEquals(5, counts().clientsGone());
    assertEquals(5, counts().accepted());
    assertEquals(0, counts().errors());
    assertEquals(List.of(), pair.acceptErrors);
  }

  @Test
  void whatAClientHasWrittenBeforeItLeftIsReadAlsoWhenItWasNeverWaitedFor() {
    listen(1, 1, Integer.MAX_VALUE);
    for (String words : List.of("fire and forget", "")) {
      world.kernel.whims.beforeNextConnect(() -> {
        long stranger = world.kernel.open(PipePair.PATH, 3, 1);
        world.kernel.arrives(world.kernel.peerOf(stranger), words.getBytes(StandardCharsets.UTF_8));
        world.kernel.close(stranger);
      });
      connect(1);
    }
    assertEquals("fire and forget", pair.children.get(1).text());
    assertEquals("", pair.children.get(3).text());
    assertEquals(4, counts().accepted());
    assertEquals(0, counts().clientsGone());
    assertEquals(List.of(), pair.acceptErrors);
  }

  @Test
  void whatTheSystemIsShortOfIsAskedForEverMoreSlowlyAndReportedOnce() {
    listen(1, 1, Integer.MAX_VALUE);
    int creations = world.kernel.creations;
    world.kernel.whims.createFailure = PipeErrors.NO_SYSTEM_RESOURCES;
    connect();
    world.settle();
    world.settle(20_000);
    int tried = world.kernel.creations - creations;
    assertTrue(tried >= 5 && tried <= 15, "tried " + tried + " times in 20 s");
    assertEquals(1, pair.acceptErrors.size());
    assertEquals(1, counts().errors());
    assertEquals(PipeErrors.NO_SYSTEM_RESOURCES, ((NamedPipeException) pair.acceptErrors.get(0)).errorCode());
    world.kernel.whims.createFailure = 0;
    world.settle(6_000);
    assertEquals(1, counts().pendingInstances());
    connect(1);
    assertEquals(2, counts().accepted());
  }

  @Test
  void thePipesAreListedWithTheirInstances() throws NamedPipeException {
    assertEquals(List.of(), PipeListing.all(world.kernel));
    listen(3, 3, Integer.MAX_VALUE);
    connect(2);
    assertEquals(List.of(new PipeListing("\\\\.\\pipe\\pair", 5, -1)), PipeListing.all(world.kernel));
    world.kernel.whims.listFailure = PipeErrors.NOT_SUPPORTED;
    String message = assertThrows(NamedPipeException.class, () -> PipeListing.all(world.kernel)).getMessage();
    assertTrue(message.startsWith("list \\\\.\\pipe\\: ERROR_NOT_SUPPORTED (50)"), message);
  }
}
