// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.SimulatedIdentity;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** What is asked about peers in one random life: all of it is answered once, whatever happens meanwhile. */
final class Questions {

  /** A server that nobody is. */
  static final ExpectedServer STRANGER = ExpectedServer.processId(SimulatedIdentity.PEER + 1);

  private final Random random;
  private final SimulatedWorld world;
  private final boolean guarded;
  private final List<Future<PeerIdentity>> identities = new ArrayList<>();
  private final List<Future<Boolean>> runs = new ArrayList<>();
  private final List<CompletableFuture<Boolean>> undecided = new ArrayList<>();
  private final List<NamedPipeChannel> candidates = new ArrayList<>();
  private final List<NamedPipeChannel> admitted = new ArrayList<>();
  private final List<NamedPipeChannel> abandoned = new ArrayList<>();
  private final AtomicLong refused = new AtomicLong();
  private final PeerVerification verification;

  Questions(Random random, SimulatedWorld world) {
    this.random = random;
    this.world = world;
    this.guarded = random.nextInt(4) == 0;
    this.verification =
        new PeerVerification(peer -> verdict(), Duration.ofMillis(1 + random.nextInt(100)), refused);
    world.kernel.identity.clientLevel = random.nextInt(3);
    world.kernel.identity.clientShowsWithItsData = random.nextBoolean();
  }

  /** To be in the pipeline of the server. */
  final class Guard extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
      if (guarded) {
        candidates.add((NamedPipeChannel) accepted);
        verification.verify((NamedPipeChannel) accepted, client -> {
          admitted.add(client);
          if (context.channel().isActive()) {
            context.fireChannelRead(client);
          } else {
            ((Channel) client).unsafe().closeForcibly();
          }
        }, complaint -> assertInstanceOf(PeerRefusedException.class, complaint));
      } else {
        context.fireChannelRead(accepted);
      }
    }
  }

  private CompletionStage<Boolean> verdict() {
    return switch (random.nextInt(6)) {
      case 0 -> CompletableFuture.completedFuture(false);
      case 1 -> CompletableFuture.failedFuture(new IllegalStateException("the directory is down"));
      case 2 -> null;
      case 3, 4 -> {
        CompletableFuture<Boolean> later = new CompletableFuture<>();
        undecided.add(later);
        yield later;
      }
      default -> CompletableFuture.completedFuture(true);
    };
  }

  /** Whom a client expects; null for anybody. */
  ExpectedServer expected() {
    return switch (random.nextInt(16)) {
      case 0 -> ExpectedServer.processId(SimulatedIdentity.PEER);
      case 1 -> STRANGER;
      case 2 -> ExpectedServer.currentUser();
      default -> null;
    };
  }

  /** Asks something, or answers what was asked before. */
  void act(NamedPipeChannel channel) {
    if (!undecided.isEmpty() && random.nextBoolean()) {
      undecided.remove(random.nextInt(undecided.size())).complete(random.nextInt(4) != 0);
    } else if (channel.isServerEnd() && random.nextBoolean()) {
      runs.add(channel.runAsClient(world.kernel.identity::isImpersonating));
    } else {
      identities.add(channel.peer());
    }
  }

  /** The listener ends; sometimes it leaves those who wait for an answer to their timeout. */
  void close() {
    if (random.nextBoolean()) {
      candidates.stream().filter(client -> client.isOpen() && !admitted.contains(client)).forEach(abandoned::add);
      verification.close();
    }
  }

  /** A client has met the server it expects, or was not connected. */
  void check(ChannelFuture connect, LifeTally tally) {
    ExpectedServer expected = ((NamedPipeChannel) connect.channel()).config().getExpectedServer();
    boolean unexpected = connect.cause() instanceof UnexpectedServerException;
    assertTrue(expected == STRANGER ? !connect.isSuccess() : !unexpected, "whom a client takes for its server");
    tally.serversExpected += expected != null && connect.isSuccess() ? 1 : 0;
    tally.serversUnexpected += unexpected ? 1 : 0;
  }

  void check(LifeTally tally) {
    for (Future<PeerIdentity> identity : identities) {
      assertTrue(identity.isDone(), "who that is was never answered");
      if (identity.isSuccess()) {
        tally.identities++;
        assertEquals(SimulatedIdentity.PEER, identity.getNow().processId().orElse(SimulatedIdentity.PEER),
            "nobody is invented");
      } else {
        assertInstanceOf(ClosedChannelException.class, identity.cause());
      }
    }
    for (Future<Boolean> run : runs) {
      assertTrue(run.isDone(), "what ran as the client never completed");
      assertTrue(!run.isSuccess() || run.getNow(), "it ran in its own name");
      tally.runsAsClient += run.isSuccess() ? 1 : 0;
    }
    assertFalse(world.kernel.identity.isImpersonating(), "a thread still acts as a client");
    assertEquals(candidates.size(), admitted.size() + refused.get() + abandoned.size(), "clients decided on");
    tally.admitted += admitted.size();
    tally.refused += refused.get();
    assertEquals(admitted.size(), admitted.stream().distinct().count(), "clients let in twice");
    candidates.forEach(client -> assertFalse(client.isOpen(), "a client that was never decided on"));
  }
}
