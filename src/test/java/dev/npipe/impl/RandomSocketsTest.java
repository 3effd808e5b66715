// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.LogWatch;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Requests, deadlines, pauses and ends in random order, on threads of their own. It says the seed of what fails. */
@ExtendWith(LogWatch.class)
class RandomSocketsTest {

  private static final long FIRST_SEED = Long.getLong("dev.npipe.seed", 1);
  private static final int CONVERSATIONS = Integer.getInteger("dev.npipe.conversations", 300);

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    SimulatedSockets.await(vertx.close());
  }

  @Test
  void whateverHappensEachRequestGetsItsOwnAnswerOrOneFailure() throws Exception {
    int answered = 0;
    int timedOut = 0;
    int cutOff = 0;
    int missed = 0;
    List<Conversation> held = new ArrayList<>();
    for (long seed = FIRST_SEED; seed < FIRST_SEED + CONVERSATIONS; seed++) {
      try {
        Conversation conversation = new Conversation(vertx, seed);
        conversation.hold();
        held.add(conversation);
        answered += conversation.answered;
        timedOut += conversation.timedOut;
        cutOff += conversation.cutOff;
        missed += conversation.deadlinesMissed;
      } catch (Exception | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
    for (Conversation conversation : held) {
      conversation.leavesNothing();
    }
    System.out.println(answered + " requests answered, " + timedOut + " not in time, " + cutOff + " cut off by an end, "
        + missed + " deadlines missed");
    if (CONVERSATIONS >= 100) {
      assertTrue(answered >= CONVERSATIONS && timedOut >= CONVERSATIONS / 4 && cutOff >= CONVERSATIONS / 4
          && missed >= CONVERSATIONS / 20, "some of it hardly ever happens");
    }
  }
}
