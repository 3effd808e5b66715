// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.AdoptionKernel;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeInstanceSpec;
import dev.npipe.iocp.PipeKernel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;

/** One random life of a server and its clients, as its seed has it. */
final class RandomLife {

  private static final int[] ERRORS = {PipeErrors.BROKEN_PIPE, PipeErrors.NO_DATA, PipeErrors.NO_SYSTEM_RESOURCES,
      PipeErrors.PIPE_NOT_CONNECTED};

  /** Is told of injected accept errors. */
  private static final class Listener extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      assertTrue(cause instanceof NamedPipeException, cause.toString());
    }
  }

  private final Random random;
  private final LifeTally tally;
  private final SimulatedWorld world;
  private final boolean faults;
  private final List<Party> parties = new ArrayList<>();
  private final List<ChannelFuture> connects = new ArrayList<>();
  private final Moves moves;
  private final List<ChannelFuture> flushes = new ArrayList<>();
  private final boolean crowded;
  private final Questions questions;
  private NamedPipeServerChannel server;

  RandomLife(long seed, LifeTally tally) {
    this.tally = tally;
    random = new Random(seed * 7919);
    world = new SimulatedWorld(seed, SimulatedWorld.Drivers.values()[(int) (seed & 1)]);
    world.kernel.whims.latePercent = random.nextInt(100);
    world.kernel.whims.partialPercent = random.nextInt(3) * 40;
    world.kernel.whims.skipModeSupported = random.nextInt(5) != 0;
    world.kernel.whims.flushSupported = random.nextInt(3) != 0;
    world.kernel.whims.waitAnswer = random.nextInt(8) == 0 ? PipeErrors.FILE_NOT_FOUND : 0;
    world.messages = random.nextInt(3) == 0;
    faults = random.nextInt(3) == 0;
    crowded = random.nextInt(3) == 0;
    questions = new Questions(random, world);
    moves = new Moves(random, world, tally);
  }

  void live() {
    boolean early = random.nextInt(8) == 0;
    int clients = crowded ? 2 + random.nextInt(5) : 1 + random.nextInt(3);
    if (early) {
      connect(clients);
      world.step();
    }
    if (random.nextInt(8) == 0) {
      adopt();
    }
    server = world.listen("life", new ChannelInitializer<NamedPipeServerChannel>() {
      @Override
      protected void initChannel(NamedPipeServerChannel listening) {
        // The bootstrap's own handler comes last.
        listening.pipeline().addLast(new Listener(), questions.new Guard());
      }
    }, crowded ? crowd() : Map.of(),
        child -> readingLittleAtOnce(child).pipeline().addLast(party()));
    world.kernel.whims.waitTimeoutPercent = random.nextInt(3) * 20;
    if (!early) {
      connect(clients);
    }
    int steps = 20 + random.nextInt(120);
    for (int i = 0; i < steps; i++) {
      world.step();
      if (random.nextInt(3) == 0) {
        act();
      }
    }
    end();
  }

  /** More clients than there is room for. */
  private Map<ChannelOption<Integer>, Integer> crowd() {
    return Map.of(
        NamedPipeChannelOption.PIPE_MAX_INSTANCES, random.nextBoolean() ? 1 + random.nextInt(3) : 255,
        NamedPipeChannelOption.PIPE_PENDING_INSTANCES, 1 + random.nextInt(2),
        NamedPipeChannelOption.PIPE_MAX_PENDING_INSTANCES, 1 + random.nextInt(4),
        NamedPipeChannelOption.PIPE_MAX_CONNECTIONS, 1 + random.nextInt(3));
  }

  /** Both ends of a pipe that somebody else has opened. */
  private void adopt() {
    PipeInstanceSpec spec = new PipeInstanceSpec("\\\\.\\pipe\\adopted", 1, 4_000, 4_000, false, true, null);
    long serverEnd = world.kernel.createInstance(spec, true);
    world.kernel.mayBlock = true;
    long clientEnd = world.kernel.open(spec.path(), PipeKernel.ACCESS_READ | PipeKernel.ACCESS_WRITE, 1);
    world.kernel.mayBlock = false;
    adopt(serverEnd, true, world.childLoop);
    adopt(clientEnd, false, world.clientLoop);
  }

  private void adopt(long handle, boolean serverEnd, EventLoopGroup loop) {
    world.kernel.adoption.facts =
        new AdoptionKernel.Facts(PipeErrors.SUCCESS, serverEnd, false, 3, "\\\\.\\pipe\\adopted");
    Future<NamedPipeChannel> adopted = new HandleAdoption(world.io).adopt(handle, loop.next());
    world.settle();
    NamedPipeChannel channel = adopted.getNow();
    channel.config().setAllocator(world.allocator);
    channel.pipeline().addLast(party());
    connects.add(loop.register(channel));
    tally.adoptions++;
  }

  private void connect(int clients) {
    for (int i = 0; i < clients; i++) {
      connects.add(world.client(party())
          .option(NamedPipeChannelOption.PIPE_EXPECTED_SERVER, questions.expected())
          .option(NamedPipeChannelOption.PIPE_WHEN_BUSY, policy(crowded))
          .option(NamedPipeChannelOption.PIPE_WHEN_MISSING, policy(random.nextInt(4) == 0))
          .connect(NamedPipeAddress.of("LIFE")));
    }
  }

  private static WaitPolicy policy(boolean waits) {
    return waits ? WaitPolicy.WAIT : WaitPolicy.FAIL_FAST;
  }

  private NamedPipeChannel readingLittleAtOnce(NamedPipeChannel child) {
    if (world.messages && random.nextBoolean()) {
      child.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(16 + random.nextInt(4_000)));
    }
    return child;
  }

  private Party party() {
    Party party = new Party(random, world.kernel, tally, moves);
    parties.add(party);
    return party;
  }

  private void act() {
    switch (random.nextInt(80)) {
      case 0, 1 -> cancel(connects.get(random.nextInt(connects.size())));
      case 2, 3 -> moves.move(connects.get(random.nextInt(connects.size())));
      default -> { }
    }
    Party party = parties.get(random.nextInt(parties.size()));
    if (party.channel == null || !party.channel.isOpen()) {
      return;
    }
    switch (random.nextInt(28)) {
      case 0, 1 -> {
        boolean autoRead = random.nextBoolean();
        party.alwaysReading &= autoRead;
        party.channel.config().setAutoRead(autoRead);
      }
      case 2 -> party.channel.read();
      case 3 -> end(party);
      case 4 -> {
        if (faults) {
          world.kernel.whims.failNext(ERRORS[random.nextInt(ERRORS.length)]);
        }
      }
      case 5, 6, 7, 8, 9 -> party.channel.flush();
      case 10 -> flushes.add(party.channel.whenRead(Duration.ofMillis(1 + random.nextInt(100))));
      case 11, 12 -> questions.act(party.channel);
      case 13 -> moves.move(party);
      default -> party.write();
    }
  }

  /** Whoever connects does not want to any more. */
  private void cancel(ChannelFuture connect) {
    if (connect.cancel(false)) {
      tally.cancels++;
    }
  }

  private void end(Party party) {
    party.closedHere = true;
    switch (random.nextInt(5)) {
      case 0 -> {
        party.channel.abort();
        tally.aborts++;
      }
      case 1 -> party.channel.close(CloseReason.TIMEOUT);
      case 2 -> party.channel.close(CloseReason.TIMEOUT, new IOException("a deadline"));
      default -> party.channel.close();
    }
  }

  /** Everybody reads; those who are left close after what they have written, or at once. */
  private void end() {
    world.kernel.whims.failNext(0);
    // From here on no time passes but the clock's.
    world.kernel.whims.waitTimeoutPercent = 0;
    boolean orderly = random.nextBoolean();
    for (Party party : parties) {
      if (party.channel != null && party.channel.isOpen()) {
        party.channel.config().setAutoRead(true);
        if (orderly) {
          party.channel.flush();
        }
      }
    }
    if (orderly) {
      world.settle(200);
      // One side goes, and the other reads to the end.
      closeEnds(random.nextBoolean());
      world.settle(50);
    }
    server.close();
    questions.close();
    closeEnds(true);
    closeEnds(false);
    connects.forEach(connect -> connect.channel().close());
    world.settle(6_000);
    check();
  }

  private void closeEnds(boolean serverEnds) {
    for (Party party : parties) {
      if (party.channel != null && party.channel.isServerEnd() == serverEnds) {
        party.closedHere |= party.channel.isOpen();
        party.channel.close();
      }
    }
  }

  private void check() {
    assertEquals("", world.leftovers(), "left over");
    assertEquals("", LogWatch.takeOwn(), "logged");
    questions.check(tally);
    tally.waits += world.kernel.waits;
    assertTrue(server.closeFuture().isDone(), "the server's close");
    for (ChannelFuture connect : connects) {
      assertTrue(connect.isDone(), "a connect");
      assertTrue(connect.channel().closeFuture().isDone(), "a client's close");
      questions.check(connect, tally);
    }
    for (ChannelFuture flush : flushes) {
      assertTrue(flush.isDone(), "a flush that never completed");
      tally.flushes += flush.isSuccess() ? 1 : 0;
      tally.flushesOfThreads += flush.isSuccess() && !world.kernel.whims.flushSupported ? 1 : 0;
    }
    for (Party party : parties) {
      if (party.channel != null) {
        check(party);
      }
    }
    world.driver.close();
  }

  private void check(Party party) {
    tally.bytes += party.received;
    assertFalse(party.wrong, "bytes lost, doubled or out of order");
    assertFalse(party.readAfterInactive, "a read after the end");
    assertTrue(party.inactive == 1 || party.endedBetweenLoops && party.inactive == 0, "times inactive");
    assertTrue(party.inputEnds <= 1, "times that the input ended");
    assertTrue(party.writes.stream().allMatch(ChannelFuture::isDone), "a write that never completed");
    assertTrue(party.channel.closeFuture().isDone(), "a close that never completed");
    assertTrue(party.channel.closeReason() != null, "an end without a reason");
    Party peer = peerOf(party);
    if (peer != null && party.channel.isServerEnd() && party.channel.closeReason() == CloseReason.ABORTED) {
      checkDiscarded(party, peer);
    }
    boolean readToTheEnd = party.alwaysReading && !party.closedHere && party.channel.config().isAutoRead()
        && party.takesAll() && party.channel.closeReason() == CloseReason.PEER_CLOSED;
    if (!faults && peer != null && readToTheEnd && peer.channel.closeReason() == CloseReason.LOCAL) {
      tally.lossesChecked++;
      assertTrue(party.received >= peer.acknowledged,
          "received " + party.received + " of " + peer.acknowledged + " that the kernel had taken");
    }
  }

  /** What an abort of the server's end has discarded is what its client has not been given. */
  private void checkDiscarded(Party aborted, Party client) {
    OptionalLong discarded = aborted.channel.discardedBytes();
    boolean readOn = client.alwaysReading && !client.closedHere && client.channel.config().isAutoRead()
        && client.channel.closeReason() == CloseReason.PEER_DISCONNECTED;
    if (faults || world.messages || discarded.isEmpty() || !readOn) {
      return;
    }
    tally.discardsChecked++;
    long gone = client.received + discarded.getAsLong();
    // Of a write that was cancelled half-way a part may have reached the pipe, or the client.
    boolean whole = aborted.writes.stream().allMatch(ChannelFuture::isSuccess);
    assertTrue(whole ? gone == aborted.channel.bytesTaken() : gone >= aborted.channel.bytesTaken(),
        "received " + client.received + " and discarded " + discarded + " of " + aborted.channel.bytesTaken());
  }

  private Party peerOf(Party party) {
    return parties.stream().filter(each -> each.channel != null && each.handle == party.peerHandle).findFirst()
        .orElse(null);
  }
}
