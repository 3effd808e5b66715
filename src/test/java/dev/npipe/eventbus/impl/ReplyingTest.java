// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.BridgeEventType;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Requests and answers, both ways, with their limits. */
class ReplyingTest extends BridgeRig {

  private Future<Message<Object>> ask(String body) {
    return vertx.eventBus().request("a", body, new DeliveryOptions().setSendTimeout(10_000));
  }

  private static String failure(Future<?> asked) throws Exception {
    return await(asked.transform(done -> Future.succeededFuture(
        done.failed() ? ((ReplyException) done.cause()).failureType() + ": " + done.cause().getMessage() : "none")));
  }

  private Client registered() throws Exception {
    Client client = connect().send("{'type':'register','address':'a'}");
    client.assertQuiet();
    return client;
  }

  private static String answer(JsonObject request, String rest) {
    return "{'type':'send','address':'" + request.getString("replyAddress") + "'" + rest + "}";
  }

  @Test
  void aClientAnswersOnceAndNeedsNoPermissionForIt() throws Exception {
    options.setInboundPermitteds(List.of());
    Client client = registered();
    Future<Message<Object>> asked = ask("?");
    JsonObject request = client.next();
    client.send(answer(request, ",'body':'!'")).assertQuiet();
    assertEquals("!", await(asked).body());
    client.send(answer(request, ",'body':'again'")).assertNext("{'type':'err','message':'access_denied'}");
  }

  @Test
  void aClientFailsARequest() throws Exception {
    Client client = registered();
    Future<Message<Object>> asked = ask("?");
    JsonObject request = client.next();
    client.send(answer(request, ",'failureCode':'x'")).assertNext("{'type':'err','message':'invalid_failure_code'}");
    client.send(answer(request, ",'failureCode':7,'message':'oops'"));
    assertEquals("RECIPIENT_FAILURE: oops", failure(asked));
    assertEquals(7, ((ReplyException) asked.cause()).failureCode());
    // As the TCP bridge takes it.
    Future<Message<Object>> again = ask("?");
    client.send(answer(client.next(), ",'failureCode':8.5,'message':404"));
    assertEquals("RECIPIENT_FAILURE: 404", failure(again));
    assertEquals(8, ((ReplyException) again.cause()).failureCode());
  }

  @Test
  void aReplyAddressMayBeANumber() throws Exception {
    vertx.eventBus().consumer("b", message -> message.reply("!"));
    Client client = connect();
    client.send("{'type':'send','address':'b','replyAddress':7}")
        .assertNext("{'type':'message','address':'7','headers':{},'body':'!','send':true}");
    client.send("{'type':'send','address':'nobody','replyAddress':7}");
    assertEquals("7", client.next().getString("address"));
  }

  @Test
  void theAddressOfAnAnswerIsAsLongAsTheBusHasMadeIt() throws Exception {
    options.setMaxAddressLength(5);
    Client client = registered();
    Future<Message<Object>> asked = ask("?");
    client.send(answer(client.next(), ",'body':'!'")).assertQuiet();
    assertEquals("!", await(asked).body());
  }

  private WeakReference<?> connectionThatAskedAndHasGone() throws Exception {
    Client client = connect().send("{'type':'send','address':'silent','replyAddress':'r','headers':"
        + "{'timeout':300000}}");
    client.assertQuiet();
    client.pipe.close("gone");
    await(client.connection.ended());
    return new WeakReference<>(client.pipe);
  }

  @Test
  void aRequestDoesNotHoldTheConnectionThatMadeIt() throws Exception {
    vertx.eventBus().consumer("silent", message -> {
    });
    WeakReference<?> connection = connectionThatAskedAndHasGone();
    assertTrue(isForgotten(connection));
  }

  @Test
  void clientsThatAskAndGoAreRefusedAtLastAndThoseWhoWereHereBeforeAreNot() throws Exception {
    abandoned = new AbandonedRequests(2);
    BlockingQueue<Message<Object>> asked = new LinkedBlockingQueue<>();
    vertx.eventBus().consumer("silent", asked::add);
    vertx.eventBus().consumer("b", message -> message.reply("!"));
    String request = "{'type':'send','address':'b','replyAddress':'r'}";
    Client before = connect();
    connectionThatAskedAndHasGone();
    assertEquals("!", connect().send(request).next().getString("body"));
    connectionThatAskedAndHasGone();
    Client newcomer = connect();
    assertEquals("max_requests_reached", newcomer.send(request).next().getString("message"));
    assertEquals("!", before.send(request).next().getString("body"));
    take(asked).reply("late");
    await(vertx.timer(20));
    assertEquals("!", newcomer.send(request).next().getString("body"));
  }

  @Test
  void anAnswerMayWantAnAnswerItself() throws Exception {
    Client client = registered();
    Future<Message<Object>> asked = ask("first");
    client.send(answer(client.next(), ",'body':'second','replyAddress':'mine'"));
    Future<Message<Object>> again = await(asked).replyAndRequest("third");
    JsonObject third = client.next();
    assertEquals("mine", third.getString("address"));
    assertEquals("third", third.getString("body"));
    client.send(answer(third, ",'body':'fourth'"));
    assertEquals("fourth", await(again).body());
  }

  @Test
  void nobodyAnswersForAnotherConnection() throws Exception {
    Client asked = registered();
    Client other = connect();
    Future<Message<Object>> question = ask("?");
    JsonObject request = asked.next();
    other.send(answer(request, ",'body':'spoofed'")).assertNext("{'type':'err','message':'access_denied'}");
    other.send(answer(request, ",'failureCode':1")).assertNext("{'type':'err','message':'access_denied'}");
    for (int i = 1; i < 10; i++) {
      other.send("{'type':'send','address':'__vertx.reply." + i + "','body':'spoofed'}")
          .assertNext("{'type':'err','message':'access_denied'}");
    }
    asked.send(answer(request, ",'body':'genuine'"));
    assertEquals("genuine", await(question).body());
  }

  @Test
  void aRequestThatIsNotAnsweredInTimeFails() throws Exception {
    options.setReplyTimeout(Duration.ofMillis(100));
    Client client = registered();
    Future<Message<Object>> asked = ask("?");
    JsonObject request = client.next();
    assertEquals("RECIPIENT_FAILURE: The client has not answered in time", failure(asked));
    client.send(answer(request, "")).assertNext("{'type':'err','message':'access_denied'}");
  }

  @Test
  void aRequestToAClientThatGoesFailsAtOnce() throws Exception {
    Client client = registered();
    Future<Message<Object>> asked = ask("?");
    client.next();
    client.pipe.close("gone");
    assertEquals("RECIPIENT_FAILURE: The client has gone without an answer", failure(asked));
    assertEquals("NO_HANDLERS: No handlers for address a", failure(ask("?")));
  }

  @Test
  void onlySoManyRequestsWaitInEachDirection() throws Exception {
    options.setMaxPendingReplies(2).setMaxPendingRequests(2);
    Client client = registered();
    ask("1");
    Future<Message<Object>> second = ask("2");
    assertEquals("RECIPIENT_FAILURE: Too many requests wait for the client to answer", failure(ask("3")));
    client.next();
    client.send(answer(client.next(), "")).assertQuiet();
    await(second);
    ask("4");
    assertEquals("4", client.next().getString("body"));

    vertx.eventBus().consumer("b", message -> {
      if ("now".equals(message.body())) {
        message.reply("here");
      }
    });
    String request = "{'type':'send','address':'b','replyAddress':'r','headers':{'timeout':500},'body':'later'}";
    client.send(request).send(request).send(request);
    JsonObject refused = client.next();
    assertEquals("max_requests_reached", refused.getString("message"));
    assertEquals("r", refused.getString("address"));
    assertEquals("TIMEOUT", client.next().getString("failureType"));
    assertEquals("TIMEOUT", client.next().getString("failureType"));
    assertEquals("here", client.send(request.replace("later", "now")).next().getString("body"));
  }

  @Test
  void aBodyThatJsonDoesNotKnowFailsTheRequestAndNotTheConnection() throws Exception {
    vertx.eventBus().registerDefaultCodec(Unknown.class, new Unknown.Codec());
    vertx.eventBus().consumer("b", message -> message.reply(new Unknown()));
    Client client = registered();
    client.send("{'type':'send','address':'b','replyAddress':'r'}");
    JsonObject error = client.next();
    assertEquals("r", error.getString("address"));
    assertEquals("ERROR", error.getString("failureType"));
    assertFalse(error.getString("message").isEmpty());
    assertEquals("RECIPIENT_FAILURE", failure(vertx.eventBus().request("a", new Unknown())).split(":")[0]);
    client.assertQuiet();
  }

  @Test
  void anAnswerThatAsksTooMuchFailsTheRequestOfBothSides() throws Exception {
    options.setMaxPendingReplies(1);
    Client client = registered();
    ask("first");
    client.next();
    Promise<Void> told = Promise.promise();
    vertx.eventBus().consumer("b", message -> message.replyAndRequest("and you?").<Void>mapEmpty().onComplete(told));
    JsonObject error = client.send("{'type':'send','address':'b','replyAddress':'r'}").next();
    assertEquals("max_replies_reached", error.getString("message"));
    assertEquals("r", error.getString("address"));
    assertEquals("RECIPIENT_FAILURE: Too many requests wait for the client to answer", failure(told.future()));
  }

  @Test
  void anAnswerThatAsksAClientThatHasGoneFailsAtOnce() throws Exception {
    Promise<Message<Object>> asked = Promise.promise();
    vertx.eventBus().consumer("b", asked::complete);
    Client client = connect().send("{'type':'send','address':'b','replyAddress':'r'}");
    Message<Object> request = await(asked.future());
    client.pipe.close("gone");
    await(client.connection.ended());
    assertEquals("RECIPIENT_FAILURE: The client has gone", failure(request.replyAndRequest("and you?")));
  }

  @Test
  void aRequestThatTheBusDoesNotTakeDoesNotCount() throws Exception {
    options.setMaxPendingRequests(1);
    vertx.eventBus().consumer("b", message -> message.reply("here"));
    eventHandler = event -> {
      if (event.type() == BridgeEventType.SEND && "strange".equals(event.getRawMessage().getValue("body"))) {
        // No codec for it.
        event.getRawMessage().put("body", new Unknown());
      }
      event.complete(true);
    };
    Client client = connect();
    String request = "{'type':'send','address':'b','replyAddress':'r','body':'strange'}";
    assertEquals("internal_error", client.send(request).next().getString("message"));
    assertEquals("here", client.send(request.replace("strange", "usual")).next().getString("body"));
  }

  @Test
  void theLongestTimeoutIsThatOfRequestsThatNameNoneToo() throws Exception {
    options.setMaxSendTimeout(Duration.ofMillis(300));
    vertx.eventBus().consumer("b", message -> {
    });
    assertEquals("TIMEOUT", connect().send("{'type':'send','address':'b','replyAddress':'r'}").next()
        .getString("failureType"));
  }

  @Test
  void withoutAReplyAddressThereIsNoAnswer() throws Exception {
    Client client = connect().send("{'type':'send','address':'nobody','body':1}");
    client.assertQuiet();
    assertNull(client.frames.poll());
  }
}
