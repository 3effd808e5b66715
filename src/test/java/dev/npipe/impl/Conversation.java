// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.NamedPipeSocket;
import dev.npipe.channel.CloseReason;
import dev.npipe.channel.NamedPipeException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** One random conversation of a client that asks and a server that answers, late, or never, as its seed has it. */
final class Conversation {

  private static final Duration LONG = Duration.ofSeconds(15);

  int answered;
  int timedOut;
  int cutOff;
  int deadlinesMissed;

  private final Vertx vertx;
  private final Random random;
  // Draws only on the server's event loop.
  private final Random serverRandom;
  private final SimulatedSockets sockets;
  private final NamedPipeSocket client;
  private final NamedPipeSocket server;
  private final List<Question> questions = new ArrayList<>();
  private final List<Future<Void>> told = new ArrayList<>();
  private final AtomicInteger heard = new AtomicInteger();
  private final boolean silentServer;
  private final boolean hasEnd;

  /** A request, and what became of it. */
  private record Question(String text, boolean patient, Future<Buffer> answer) {
  }

  Conversation(Vertx vertx, long seed) throws Exception {
    this.vertx = vertx;
    random = new Random(seed * 7919);
    serverRandom = new Random(seed);
    silentServer = random.nextInt(6) == 0;
    hasEnd = silentServer || random.nextInt(3) == 0;
    sockets = SimulatedSockets.ofMessages(vertx, seed);
    client = sockets.clientEnd;
    server = sockets.serverEnd;
  }

  void hold() throws Exception {
    server.exceptionHandler(this::complain);
    client.exceptionHandler(this::complain);
    server.messageHandler(this::answer);
    server.resume();
    client.messageHandler(message -> heard.incrementAndGet());
    int acts = 5 + random.nextInt(30);
    for (int i = 0; i < acts; i++) {
      act(i);
    }
    if (hasEnd) {
      finish();
    }
    for (Question question : questions) {
      check(question);
    }
    for (Future<Void> message : told) {
      SimulatedSockets.failure(message);
    }
    sockets.close();
    if (client.closeReason() == CloseReason.TIMEOUT || server.closeReason() == CloseReason.TIMEOUT) {
      deadlinesMissed++;
      assertTrue(hasEnd, "nobody has set a deadline");
    }
  }

  /** To be asked for some time after it has ended. */
  void leavesNothing() throws Exception {
    sockets.leaveNothing();
  }

  private void complain(Throwable cause) {
    assertInstanceOf(NamedPipeException.class, cause);
  }

  /** On the server's event loop; the answers keep the order of the questions. */
  private void answer(Buffer question) {
    if (silentServer) {
      return;
    }
    if (serverRandom.nextInt(4) == 0) {
      server.pause();
      vertx.setTimer(1 + serverRandom.nextInt(4), timer -> server.resume());
    }
    server.writeMessage(Buffer.buffer("answer to ").appendBuffer(question));
  }

  private void act(int number) {
    switch (random.nextInt(10)) {
      case 0 -> client.pause();
      case 1 -> client.resume();
      case 2 -> client.fetch(1 + random.nextInt(3));
      case 3 -> {
        if (hasEnd) {
          client.writeDeadline(Duration.ofMillis(1 + random.nextInt(20)));
        }
      }
      default -> ask(number);
    }
  }

  private void ask(int number) {
    String text = "question " + number + " " + "x".repeat(random.nextInt(3) == 0 ? random.nextInt(100_000) : 10);
    boolean patient = random.nextInt(3) != 0;
    Duration timeout = patient ? LONG : Duration.ofMillis(1 + random.nextInt(5));
    questions.add(new Question(text, patient, client.request(Buffer.buffer(text), timeout)));
  }

  /** Something ends the connection, with all that is under way. */
  private void finish() {
    switch (random.nextInt(6)) {
      case 0 -> told.add(client.close());
      case 1 -> told.add(server.close());
      case 2 -> told.add(client.abort());
      case 3 -> server.abort();
      case 4 -> client.readDeadline(Duration.ofMillis(1 + random.nextInt(5)));
      default -> server.readDeadline(Duration.ofMillis(1 + random.nextInt(5)));
    }
  }

  private void check(Question question) throws Exception {
    Throwable failure = SimulatedSockets.failure(question.answer);
    if (failure == null) {
      answered++;
      assertEquals("answer to " + question.text, question.answer.result().toString(), "another's answer");
    } else if (failure instanceof TimeoutException) {
      timedOut++;
      assertFalse(question.patient, "out of time long before it was");
    } else {
      cutOff++;
      assertTrue(hasEnd, () -> "nobody has ended it: " + failure);
      assertInstanceOf(IOException.class, failure);
      assertTrue(failure instanceof ClosedChannelException || failure instanceof NamedPipeException,
          failure.toString());
    }
  }
}
