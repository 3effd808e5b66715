// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.OversizedMessages;
import dev.npipe.channel.ZeroLengthMessages;
import dev.npipe.eventbus.FailedRequestPolicy;
import dev.npipe.eventbus.MessageDelivery;
import dev.npipe.eventbus.NamedPipeMessageBridge;
import dev.npipe.eventbus.NamedPipeMessageBridgeOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.Shareable;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests at the bridge for plain messages: what the options of its pipe mean for them, and clients that leave. */
class MessageBridgePipeIT extends PipeRig {

  private final NamedPipeClient client =
      NamedPipeClient.create(vertx, new NamedPipeClientOptions().setMessageMode(true));
  private final NamedPipeMessageBridgeOptions options = new NamedPipeMessageBridgeOptions()
      .setInboundAddress("in").setInboundDelivery(MessageDelivery.REQUEST)
      .setFailedRequestPolicy(FailedRequestPolicy.DESCRIBE);
  private final Box<Message<Object>> arrived = new Box<>();

  @Test
  void aMessageThatIsDiscardedIsAnsweredInItsPlace() throws Exception {
    // One at a time, so that the others wait to be looked at.
    options.setMaxPendingRequests(1);
    vertx.eventBus().consumer("in", arrived::put);
    await(NamedPipeMessageBridge.create(vertx, options, new NamedPipeServerOptions().setMaxMessageSize(1_000)
        .setOversizedMessages(OversizedMessages.DISCARD)).listen(name));
    NamedPipeSocket socket = connectPaused(client, name);
    Box<Buffer> answers = read(socket);
    for (String question : List.of("1", "2", "x".repeat(5_000), "4")) {
      await(socket.writeMessage(Buffer.buffer(question)));
    }
    for (String question : List.of("1", "2", "4")) {
      Message<Object> message = arrived.take();
      assertEquals(question, message.body().toString());
      message.reply("to " + question);
    }
    assertEquals("to 1", answers.take().toString());
    assertEquals("to 2", answers.take().toString());
    assertEquals("ERROR", answers.take().toJsonObject().getString("failureType"));
    assertEquals("to 4", answers.take().toString());
  }

  @Test
  void aClientThatHasEndedItsStreamGetsItsAnswersAndThenTheEnd() throws Exception {
    NamedPipeServerOptions ending = new NamedPipeServerOptions()
        .setZeroLengthMessages(ZeroLengthMessages.END_OF_STREAM);
    vertx.eventBus().consumer("in", arrived::put);
    await(NamedPipeMessageBridge.create(vertx, options, ending).listen(name));
    NamedPipeClient endingToo = NamedPipeClient.create(vertx, new NamedPipeClientOptions().setMessageMode(true)
        .setZeroLengthMessages(ZeroLengthMessages.END_OF_STREAM));
    NamedPipeSocket socket = connectPaused(endingToo, name);
    Promise<Void> closed = Promise.promise();
    socket.closeHandler(ended -> closed.complete());
    Box<Buffer> answers = read(socket);
    for (int i = 0; i < 3; i++) {
      await(socket.writeMessage(Buffer.buffer("" + i)));
    }
    await(socket.end());
    arrived.take().reply("a");
    // It would end the stream before the last answer.
    arrived.take().reply(null);
    arrived.take().reply("c");
    assertEquals("a", answers.take().toString());
    assertTrue(answers.take().toString().contains("end of the stream"));
    assertEquals("c", answers.take().toString());
    await(closed.future());
    String refusal = assertThrows(IllegalArgumentException.class, () -> NamedPipeMessageBridge.create(vertx,
        options.setFailedRequestPolicy(FailedRequestPolicy.EMPTY), ending)).getMessage();
    assertTrue(refusal.contains("failedRequestPolicy") && refusal.contains("zeroLengthMessages"), refusal);
  }
  /** Asks as a client that comes and goes; says whether that was refused. */
  private boolean isRefused() {
    try {
      NamedPipeSocket socket = connectPaused(client, name);
      Box<Buffer> told = read(socket);
      vertx.eventBus().<String>localConsumer("let through", letThrough -> told.put(Buffer.buffer("{}")));
      await(socket.writeMessage(Buffer.buffer("mine")));
      boolean refused = told.take().toString().contains("clients that have gone");
      await(socket.close());
      return refused;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void clientsThatAskAndLeaveAreRefusedBeforeTooManyRequestsWaitForNobody() throws Exception {
    options.setMaxAbandonedRequests(3);
    vertx.eventBus().consumer("in", message -> {
      arrived.put(message);
      vertx.eventBus().publish("let through", "");
    });
    await(NamedPipeMessageBridge.create(vertx, options).listen(name));
    NamedPipeSocket standing = connectPaused(client, name);
    Box<Buffer> answers = read(standing);
    assertTrue(Settling.settled(this::isRefused, refused -> refused));
    int waiting = arrived.size();
    assertTrue(waiting >= 3, waiting + " requests wait");
    await(standing.writeMessage(Buffer.buffer("was here before")));
    for (int i = 0; i < waiting; i++) {
      assertEquals("mine", arrived.take().body().toString());
    }
    arrived.take().reply("welcome");
    assertEquals("welcome", answers.take().toString());
  }

  /** A client that is there, on the bus too. */
  private NamedPipeSocket connectAndSpeak() throws Exception {
    options.setInboundDelivery(MessageDelivery.SEND).setOutboundAddress("out").setOutboundRequests(true);
    vertx.eventBus().consumer("in", arrived::put);
    await(NamedPipeMessageBridge.create(vertx, options).listen(name));
    NamedPipeSocket socket = connectPaused(client, name);
    await(socket.writeMessage(Buffer.buffer("here")));
    assertEquals("here", arrived.take().body().toString());
    return socket;
  }

  @Test
  void oneRequestMoreThanAClientMayOweAnswersFailsUntilItHasAnswered() throws Exception {
    options.setMaxPendingRequests(2);
    NamedPipeSocket socket = connectAndSpeak();
    Box<Buffer> questions = read(socket);
    Future<Message<Object>> first = vertx.eventBus().request("out", "1");
    Future<Message<Object>> second = vertx.eventBus().request("out", "2");
    assertEquals("Too many requests wait for the client to answer",
        failure(vertx.eventBus().request("out", "3")).getMessage());
    assertEquals("1", questions.take().toString());
    await(socket.writeMessage(Buffer.buffer("to 1")));
    assertEquals("to 1", await(first).body().toString());
    Future<Message<Object>> fourth = vertx.eventBus().request("out", "4");
    assertEquals("2", questions.take().toString());
    assertEquals("4", questions.take().toString());
    await(socket.writeMessage(Buffer.buffer("to 2")));
    await(socket.writeMessage(Buffer.buffer("to 4")));
    assertEquals("to 2", await(second).body().toString());
    assertEquals("to 4", await(fourth).body().toString());
  }

  @Test
  void aBodyThatIsNoMessageIsDroppedAndItsRequestRefused() throws Exception {
    Box<Buffer> messages = read(connectAndSpeak());
    // The bus takes it; JSON does not know it.
    JsonObject body = new JsonObject().put("what", new Shareable() { });
    vertx.eventBus().publish("out", body);
    String refusal = failure(vertx.eventBus().request("out", body)).getMessage();
    assertTrue(refusal.startsWith("The body can not be sent as JSON"), refusal);
    vertx.eventBus().publish("out", "next");
    assertEquals("next", messages.take().toString());
  }

  @ParameterizedTest
  @EnumSource(MessageDelivery.class)
  void aClientThatSendsWhereNothingIsTakenIsDisconnected(MessageDelivery delivery) throws Exception {
    options.setInboundAddress(null).setInboundDelivery(delivery).setOutboundAddress("out");
    await(NamedPipeMessageBridge.create(vertx, options).listen(name));
    NamedPipeSocket quiet = connectPaused(client, name);
    Box<Buffer> news = read(quiet);
    NamedPipeSocket socket = connectPaused(client, name);
    Promise<Void> closed = Promise.promise();
    socket.closeHandler(ended -> closed.complete());
    socket.resume();
    await(socket.writeMessage(Buffer.buffer("is anybody there?")));
    await(closed.future());
    // The other one stays.
    assertTrue(Settling.settled(() -> {
      vertx.eventBus().publish("out", "news");
      return news.size();
    }, count -> count > 0) > 0);
  }
}
