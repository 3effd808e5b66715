// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.SimulatedIdentity;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Nobody comes in before the verifier has said yes. */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class PeerVerificationTest {

  private static final int TIMEOUT_MILLIS = 200;

  private final PipePair pair;
  private final AtomicLong refused = new AtomicLong();
  private final List<PeerIdentity> asked = new ArrayList<>();
  private final List<NamedPipeChannel> candidates = new ArrayList<>();
  private final List<Throwable> complaints = new ArrayList<>();
  private final CompletableFuture<Boolean> answer = new CompletableFuture<>();
  private final Recorder clientSaw = new Recorder();
  private PeerVerification verification;
  private NamedPipeChannel client;

  PeerVerificationTest(SimulatedWorld.Drivers drivers) {
    pair = new PipePair(23, drivers);
  }

  @AfterEach
  void nothingIsLeft() {
    if (client != null) {
      client.close();
    }
    pair.end();
    assertEquals(1, asked.size());
  }

  private void verifyWith(Function<PeerIdentity, CompletionStage<Boolean>> verifier) {
    verification = new PeerVerification(peer -> {
      asked.add(peer);
      return verifier.apply(peer);
    }, Duration.ofMillis(TIMEOUT_MILLIS), refused);
    pair.server = pair.world.listen(PipePair.NAME, new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object accepted) {
        candidates.add((NamedPipeChannel) accepted);
        verification.verify((NamedPipeChannel) accepted, context::fireChannelRead, complaints::add);
      }
    }, pair::accept);
    client = pair.connect(clientSaw);
  }

  private void settleAnswered(boolean yes) {
    answer.complete(yes);
    pair.world.settle();
  }

  private void assertRefused(String complaint) {
    pair.world.settle();
    assertEquals(1, refused.get());
    assertEquals(List.of(), pair.children);
    assertEquals(CloseReason.REFUSED, candidates.get(0).closeReason());
    assertTrue(clientSaw.events.contains("inactive"), clientSaw.events.toString());
    if (complaint == null) {
      assertEquals(List.of(), complaints);
    } else {
      PeerRefusedException complained = assertInstanceOf(PeerRefusedException.class, complaints.get(0));
      assertTrue(complained.getMessage().contains(complaint), complained.getMessage());
      assertEquals(PipePair.PATH, complained.path());
    }
  }

  @Test
  void whoIsApprovedComesIn() {
    verifyWith(peer -> CompletableFuture.completedFuture(true));
    pair.send(client, "hello");
    assertEquals("hello", pair.child().text());
    assertEquals(SimulatedIdentity.PEER, asked.get(0).processId().orElseThrow());
    assertEquals(0, refused.get());
  }

  @Test
  void nothingIsReadBeforeTheAnswer() {
    verifyWith(peer -> answer);
    pair.send(client, "early");
    assertEquals(List.of(), pair.children);
    settleAnswered(true);
    assertEquals("early", pair.child().text());
  }

  @Test
  void whoIsNotApprovedIsClosedAndCounted() {
    verifyWith(peer -> CompletableFuture.completedFuture(false));
    assertRefused(null);
  }

  @Test
  void whatTheVerifierThrowsRefusesTheClient() {
    RuntimeException thrown = new IllegalStateException("no idea");
    verifyWith(peer -> {
      throw thrown;
    });
    assertRefused("threw");
    assertSame(thrown, complaints.get(0).getCause());
  }

  @Test
  void noFutureRefusesTheClient() {
    verifyWith(peer -> null);
    assertRefused("returned null");
  }

  @Test
  void aFailureRefusesTheClient() {
    verifyWith(peer -> CompletableFuture.failedFuture(new IllegalStateException("directory is down")));
    assertRefused("failed");
  }

  @Test
  void anAnswerOfNullRefusesTheClient() {
    verifyWith(peer -> CompletableFuture.completedFuture(null));
    assertRefused("answered null");
  }

  @Test
  void noAnswerInTimeRefusesTheClient() {
    verifyWith(peer -> answer);
    pair.world.settle(TIMEOUT_MILLIS + 20);
    assertRefused("no answer within 200 ms");
  }

  @Test
  void anAnswerAfterTheTimeIsTooLate() {
    verifyWith(peer -> answer);
    pair.world.settle(TIMEOUT_MILLIS + 20);
    settleAnswered(true);
    assertRefused("no answer");
    assertEquals(1, complaints.size());
  }

  @Test
  void whoHasLeftBeforeTheAnswerIsLetInWithWhatItWroteAndItsEnd() {
    verifyWith(peer -> answer);
    pair.send(client, "last words");
    client.close();
    pair.world.settle();
    settleAnswered(true);
    assertEquals("last words", pair.child().text());
    assertTrue(pair.child().events.contains("inactive"));
    assertEquals(0, refused.get());
  }

  @Test
  void whoHasLeftBeforeTheAnswerAndIsNotApprovedIsCounted() {
    verifyWith(peer -> answer);
    client.close();
    pair.world.settle();
    settleAnswered(false);
    assertEquals(1, refused.get());
    assertEquals(List.of(), pair.children);
  }

  @Test
  void theEndOfTheListenerIsTheEndOfWhoWaitsForTheAnswer() {
    verifyWith(peer -> answer);
    verification.close();
    pair.server.close();
    pair.world.settle();
    assertTrue(clientSaw.events.contains("inactive"), clientSaw.events.toString());
    settleAnswered(true);
    assertEquals(List.of(), pair.children);
    assertEquals(0, refused.get());
  }
}
