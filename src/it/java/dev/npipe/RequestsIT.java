// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.npipe.channel.CloseReason;
import dev.npipe.channel.MessageTooLongException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Which answer is whose, and what a request fails with. */
class RequestsIT extends PipeRig {

  private static final int THREADS = 8;
  private static final int REQUESTS = 20;

  private Pair echoPair(int maxMessageSize) throws Exception {
    Pair pair = pair(new NamedPipeServerOptions().setMessageMode(true),
        new NamedPipeClientOptions().setMessageMode(true).setMaxMessageSize(maxMessageSize));
    pair.serverEnd.messageHandler(pair.serverEnd::writeMessage);
    pair.serverEnd.resume();
    return pair;
  }

  @Test
  void anAnswerThatIsTooLongFailsItsRequestWithThatAlsoWhereItEndsTheConnection() throws Exception {
    Pair pair = echoPair(1_000);
    Box<Throwable> told = new Box<>();
    Box<CloseReason> closed = new Box<>();
    pair.clientEnd.exceptionHandler(told::put).closeHandler(end -> closed.put(pair.clientEnd.closeReason()));
    Future<Buffer> tooLong = pair.clientEnd.request(random(5_000));
    Future<Buffer> next = pair.clientEnd.request(random(1_000));
    Throwable cause = assertInstanceOf(MessageTooLongException.class, failure(tooLong));
    assertInstanceOf(ClosedChannelException.class, failure(next));
    assertSame(cause, told.take());
    assertEquals(CloseReason.ERROR, closed.take());
  }

  @Test
  void requestsOfSeveralThreadsAreAnsweredEachByItsOwn() throws Exception {
    Pair pair = echoPair(1_000);
    Map<String, Future<Buffer>> answers = new ConcurrentHashMap<>();
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> askers = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      int thread = t;
      askers.add(new Thread(() -> {
        await(start);
        for (int i = 0; i < REQUESTS; i++) {
          String question = thread + " asks for the " + i + "th time";
          answers.put(question, pair.clientEnd.request(Buffer.buffer(question)));
        }
      }));
    }
    askers.forEach(Thread::start);
    start.countDown();
    for (Thread asker : askers) {
      asker.join(PATIENCE_SECONDS * 1000L);
    }
    assertEquals(THREADS * REQUESTS, answers.size());
    for (Map.Entry<String, Future<Buffer>> answer : answers.entrySet()) {
      assertEquals(answer.getKey(), await(answer.getValue()).toString());
    }
  }
}
