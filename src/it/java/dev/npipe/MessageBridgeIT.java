// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.CloseReason;
import dev.npipe.eventbus.FailedRequestPolicy;
import dev.npipe.eventbus.MessageDelivery;
import dev.npipe.eventbus.MessageFormat;
import dev.npipe.eventbus.NamedPipeMessageBridge;
import dev.npipe.eventbus.NamedPipeMessageBridgeOptions;
import dev.npipe.eventbus.SlowReaderPolicy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageBridgeIT extends PipeRig {

  private static final Buffer BIG = Buffer.buffer("x".repeat(100_000));

  private final NamedPipeClient client =
      NamedPipeClient.create(vertx, new NamedPipeClientOptions().setMessageMode(true));
  private final NamedPipeMessageBridgeOptions options = new NamedPipeMessageBridgeOptions()
      .setInboundAddress("in").setOutboundAddress("out");
  private final Box<Message<Object>> arrived = new Box<>();

  private NamedPipeMessageBridge listen() throws Exception {
    return await(NamedPipeMessageBridge.create(vertx, options).listen(name));
  }

  private NamedPipeSocket connect() throws Exception {
    return connectPaused(client, name);
  }

  private static Box<Buffer> messages(NamedPipeSocket socket) {
    Box<Buffer> messages = new Box<>();
    socket.messageHandler(messages::put);
    socket.resume();
    return messages;
  }

  private boolean isListenedTo(String address) {
    try {
      Throwable failure = failure(vertx.eventBus().request(address, "?", new DeliveryOptions().setSendTimeout(500)));
      return failure == null || !failure.getMessage().startsWith("No handlers");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @EnumSource(MessageDelivery.class)
  void whatAClientWritesGoesToTheBusAsConfigured(MessageDelivery delivery) throws Exception {
    listenWith(delivery);
    NamedPipeSocket socket = connect();
    Box<Buffer> answers = messages(socket);
    await(socket.writeMessage(Buffer.buffer("one")));
    await(socket.writeMessage(Buffer.buffer()));
    await(socket.writeMessage(BIG));
    int receivers = delivery == MessageDelivery.PUBLISH ? 2 : 1;
    List<String> bodies = new ArrayList<>();
    for (int i = 0; i < 3 * receivers; i++) {
      bodies.add(arrived.take().body().toString());
    }
    bodies.sort(null);
    assertEquals("", bodies.get(0));
    assertEquals("one", bodies.get(receivers));
    assertEquals(BIG.toString(), bodies.get(2 * receivers));
    if (delivery == MessageDelivery.REQUEST) {
      assertEquals(List.of("3", "0", "100000"),
          List.of(answers.take().toString(), answers.take().toString(), answers.take().toString()));
    }
    assertEquals(0, answers.size());
  }

  private void listenWith(MessageDelivery delivery) throws Exception {
    options.setInboundDelivery(delivery);
    for (int i = 0; i < 2; i++) {
      vertx.eventBus().consumer("in", message -> {
        arrived.put(message);
        if (message.replyAddress() != null) {
          message.reply(((Buffer) message.body()).length());
        }
      });
    }
    listen();
  }

  @Test
  void answersComeInTheOrderOfWhatTheyAnswerAndNoMoreIsReadThanMayWait() throws Exception {
    vertx.eventBus().consumer("in", arrived::put);
    options.setInboundDelivery(MessageDelivery.REQUEST).setMaxPendingRequests(3);
    listen();
    NamedPipeSocket socket = connect();
    Box<Buffer> answers = messages(socket);
    for (int i = 0; i < 5; i++) {
      socket.writeMessage(Buffer.buffer("" + i));
    }
    List<Message<Object>> first = List.of(arrived.take(), arrived.take(), arrived.take());
    // Whatever else was read would be on the bus by now.
    await(vertx.eventBus().request("in", "marker", new DeliveryOptions().setSendTimeout(200)).otherwiseEmpty());
    assertEquals("marker", arrived.take().body());
    for (int i = 2; i >= 0; i--) {
      first.get(i).reply(first.get(i).body());
    }
    arrived.take().reply("three");
    arrived.take().reply(new JsonObject().put("n", 4));
    for (String expected : List.of("0", "1", "2", "three", "{\"n\":4}")) {
      assertEquals(expected, answers.take().toString());
    }
  }

  @Test
  void whatIsPublishedGoesToAllClientsAndWhatIsSentToOne() throws Exception {
    vertx.eventBus().consumer("in", arrived::put);
    listen();
    List<Box<Buffer>> clients = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      NamedPipeSocket socket = connect();
      // Who is heard is on the bus.
      socket.writeMessage(Buffer.buffer("here"));
      arrived.take();
      clients.add(messages(socket));
    }
    vertx.eventBus().publish("out", "all");
    for (Box<Buffer> each : clients) {
      assertEquals("all", each.take().toString());
    }
    vertx.eventBus().send("out", new JsonObject().put("k", 1));
    vertx.eventBus().send("out", new JsonObject().put("k", 1));
    for (Box<Buffer> each : clients) {
      assertEquals("{\"k\":1}", each.take().toString());
    }
    assertTrue(failure(vertx.eventBus().request("out", "?")).getMessage().contains("outboundRequests"));
  }

  @Test
  void aClientAnswersWhatItIsAsked() throws Exception {
    options.setOutboundRequests(true).setFormat(MessageFormat.JSON).setRequestTimeout(Duration.ofSeconds(2));
    vertx.eventBus().consumer("in", arrived::put);
    listen();
    NamedPipeSocket socket = connect();
    Box<Buffer> questions = messages(socket);
    await(socket.writeMessage(Buffer.buffer("[1]")));
    arrived.take();
    Future<Message<Object>> asked = vertx.eventBus().request("out", "how many?");
    assertEquals("how many?", questions.take().toString());
    socket.writeMessage(Buffer.buffer("{\"n\":3}"));
    assertEquals(new JsonObject().put("n", 3), await(asked).body());
    Future<Message<Object>> badly = vertx.eventBus().request("out", "again?");
    questions.take();
    socket.writeMessage(Buffer.buffer("{"));
    assertEquals("The message is not JSON in UTF-8", failure(badly).getMessage());
    assertEquals(0, arrived.size());
    Promise<Void> closed = Promise.promise();
    socket.closeHandler(ended -> closed.complete());
    Future<Message<Object>> unanswered = vertx.eventBus().request("out", "and now?");
    assertEquals("No answer within 2000 ms", failure(unanswered).getMessage());
    // What it says next could be the answer to anything.
    await(closed.future());
    NamedPipeSocket other = connect();
    other.messageHandler(question -> other.writeMessage(Buffer.buffer("4")));
    other.resume();
    assertEquals(4, Settling.settled(() -> answer("out"), answer -> answer != null));
  }

  private Object answer(String address) {
    try {
      return await(vertx.eventBus().request(address, "?", new DeliveryOptions().setSendTimeout(500))
          .map(Message::body).otherwiseEmpty());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whoeverDoesNotAnswerAClientInTimeFailsItsRequest() throws Exception {
    options.setInboundDelivery(MessageDelivery.REQUEST).setRequestTimeout(Duration.ofMillis(300))
        .setFailedRequestPolicy(FailedRequestPolicy.DESCRIBE);
    vertx.eventBus().consumer("in", arrived::put);
    listen();
    NamedPipeSocket socket = connect();
    Box<Buffer> answers = messages(socket);
    await(socket.writeMessage(Buffer.buffer("?")));
    assertEquals("TIMEOUT", answers.take().toJsonObject().getString("failureType"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
      "BUFFER | CLOSE    | x   | nobody | ",
      "BUFFER | EMPTY    | x   | nobody | \"\"",
      "TEXT   | DESCRIBE | x   | nobody | {'failureCode':-1,'failureType':'NO_HANDLERS','message':'No handlers",
      "TEXT   | DESCRIBE | x   | in     | {'failureCode':7,'failureType':'RECIPIENT_FAILURE','message':'no'}",
      "JSON   | DESCRIBE | {x  | in     | {'failureCode':-1,'failureType':'ERROR','message':'The message is not JSON",
      "JSON   | CLOSE    | {x  | in     | ",
      "JSON   | DESCRIBE | 123456789012345678901 | in | {'failureCode':-1,'failureType':'ERROR','message':'The bus",
  })
  void aRequestThatFailsIsAnsweredAsThePolicySays(MessageFormat format, FailedRequestPolicy policy, String message,
      String address, String answer) throws Exception {
    vertx.eventBus().consumer("in", question -> question.fail(7, "no"));
    options.setInboundDelivery(MessageDelivery.REQUEST).setInboundAddress(address).setFormat(format)
        .setFailedRequestPolicy(policy);
    listen();
    NamedPipeSocket socket = connect();
    Promise<Void> closed = Promise.promise();
    socket.closeHandler(ended -> closed.complete());
    Box<Buffer> answers = messages(socket);
    await(socket.writeMessage(Buffer.buffer(message)));
    if (answer == null) {
      await(closed.future());
    } else {
      String got = answers.take().toString();
      assertTrue(got.startsWith(answer.replace('\'', '"')), got);
    }
  }

  @Test
  void invalidTextEndsThatConnectionOnly() throws Exception {
    options.setFormat(MessageFormat.TEXT);
    vertx.eventBus().consumer("in", arrived::put);
    listen();
    NamedPipeSocket good = connect();
    NamedPipeSocket bad = connect();
    Promise<Void> closed = Promise.promise();
    bad.closeHandler(ended -> closed.complete());
    bad.resume();
    await(bad.writeMessage(Buffer.buffer(new byte[] {(byte) 0xC3, (byte) 0x28})));
    await(closed.future());
    await(good.writeMessage(Buffer.buffer("\u00e9")));
    assertEquals("\u00e9", arrived.take().body());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRequestToAClientThatGoesFailsAndSaysSo(boolean aborts) throws Exception {
    options.setOutboundRequests(true);
    listen();
    NamedPipeSocket socket = connect();
    assertTrue(Settling.settled(() -> isListenedTo("out"), there -> there));
    Box<Buffer> messages = messages(socket);
    assertEquals("?", messages.take().toString());
    Future<Message<Object>> asked = vertx.eventBus().request("out", "really?");
    assertEquals("really?", messages.take().toString());
    await(aborts ? socket.abort() : socket.close());
    assertEquals("The client has gone without an answer", failure(asked).getMessage());
  }

  /**
   * What becomes of requests that do not all find room. Any of them may: the client may read one or two messages more
   * before it is paused, and what is asked holds its room until it is answered, read or not.
   */
  private Set<String> outcomesOfAsking(int times) throws Exception {
    DeliveryOptions patience = new DeliveryOptions().setSendTimeout(5_000);
    List<Future<Message<Object>>> asked = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      asked.add(vertx.eventBus().request("out", BIG, patience));
    }
    Set<String> outcomes = new HashSet<>();
    for (Future<Message<Object>> each : asked) {
      outcomes.add(failure(each).getMessage());
    }
    return outcomes;
  }

  @ParameterizedTest
  @EnumSource(SlowReaderPolicy.class)
  void aReaderThatDoesNotReadMeetsThePolicy(SlowReaderPolicy policy) throws Exception {
    options.setMaxOutboundBytes(500_000).setSlowReaderPolicy(policy).setOutboundRequests(true);
    listen();
    NamedPipeSocket socket = connect();
    Box<CloseReason> closed = new Box<>();
    socket.closeHandler(ended -> closed.put(socket.closeReason()));
    assertTrue(Settling.settled(() -> isListenedTo("out"), there -> there));
    for (int i = 0; i < 30; i++) {
      vertx.eventBus().publish("out", BIG);
    }
    Set<String> outcomes = outcomesOfAsking(6);
    if (policy == SlowReaderPolicy.DROP) {
      assertTrue(outcomes.contains("The client reads too slowly"), outcomes::toString);
      Box<Buffer> messages = messages(socket);
      messages.take();
      assertEquals(0, closed.size());
    } else {
      assertTrue(Settling.settled(() -> !isListenedTo("out"), gone -> gone));
    }
  }

  @Test
  void nothingOutlivesTheConnectionOrTheBridgeWhichCanListenAgain() throws Exception {
    NamedPipeMessageBridge bridge = listen();
    assertThrows(IllegalStateException.class, () -> bridge.listen(name));
    NamedPipeSocket socket = connect();
    assertTrue(Settling.settled(() -> isListenedTo("out"), there -> there));
    await(socket.close());
    assertTrue(Settling.settled(() -> !isListenedTo("out"), gone -> gone));
    connect();
    assertTrue(Settling.settled(() -> isListenedTo("out"), there -> there));
    await(bridge.close());
    assertEquals(false, isListenedTo("out"));
    await(bridge.listen(name));
    assertEquals("\\\\.\\pipe\\" + name, bridge.path());
    assertThrows(IllegalArgumentException.class,
        () -> NamedPipeMessageBridge.create(vertx, new NamedPipeMessageBridgeOptions()));
  }
}
