// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.eventbus.MessageDelivery;
import dev.npipe.eventbus.MessageFormat;
import dev.npipe.eventbus.NamedPipeMessageBridge;
import dev.npipe.eventbus.NamedPipeMessageBridgeOptions;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every way to be a bad client of the bridge for plain messages. */
class HostileMessagesIT extends PipeRig {

  private static final String BIG = "x".repeat(100_000);

  private final NamedPipeClient client =
      NamedPipeClient.create(vertx, new NamedPipeClientOptions().setMessageMode(true));
  private final NamedPipeMessageBridgeOptions options = new NamedPipeMessageBridgeOptions()
      .setInboundAddress("in").setInboundDelivery(MessageDelivery.REQUEST).setFormat(MessageFormat.TEXT)
      .setMaxOutboundBytes(500_000);

  private final AtomicInteger bigAnswers = new AtomicInteger();

  private NamedPipeSocket connect() throws Exception {
    return connectPaused(client, name);
  }

  private void answer(Message<String> message) {
    if (message.body().equals("big")) {
      bigAnswers.incrementAndGet();
      message.reply(BIG);
    } else if (!message.body().equals("silent")) {
      message.reply(message.body());
    }
  }

  @Test
  @Timeout(value = 180, unit = TimeUnit.SECONDS)
  void hostileClientsTakeNoMemoryAndTheOthersDoNotNotice() throws Exception {
    await(NamedPipeMessageBridge.create(vertx, options).listen(name));
    vertx.eventBus().consumer("in", this::answer);
    NamedPipeSocket steady = connect();
    long before = 0;
    for (int round = 0; round < 4; round++) {
      endsWith(Buffer.buffer(new byte[] {(byte) 0xC3, (byte) 0x28}));
      endsWith(Buffer.buffer(BIG.repeat(11)));
      aReaderThatNeverReads();
      moreQuestionsThanMayWait();
      for (int i = 0; i < 150; i++) {
        NamedPipeSocket socket = connect();
        await(socket.writeMessage(Buffer.buffer("silent")));
        await(socket.close());
      }
      String question = "round " + round;
      assertEquals(question, await(steady.request(Buffer.buffer(question))).toString());
      if (round == 1) {
        before = Settling.heap();
      }
    }
    long bound = before + 4_000_000;
    long after = Settling.settled(Settling::heap, heap -> heap < bound);
    assertTrue(after < bound, "the heap grew by " + (after - bound + 4_000_000));
  }

  private void endsWith(Buffer message) throws Exception {
    NamedPipeSocket socket = connect();
    Promise<Void> closed = Promise.promise();
    socket.closeHandler(ended -> closed.complete());
    socket.resume();
    socket.writeMessage(message);
    await(closed.future());
  }

  private void aReaderThatNeverReads() throws Exception {
    NamedPipeSocket socket = connect();
    for (int i = 0; i < 60; i++) {
      socket.writeMessage(Buffer.buffer("big"));
    }
    // It is not read from any more, when so many have been answered.
    Settling.atRest(bigAnswers::get);
    assertTrue(bigAnswers.getAndSet(0) < 60);
    await(socket.abort());
  }

  private void moreQuestionsThanMayWait() throws Exception {
    NamedPipeSocket socket = connect();
    for (int i = 0; i < 1_000; i++) {
      socket.writeMessage(Buffer.buffer("silent"));
    }
    await(socket.abort());
  }
}
