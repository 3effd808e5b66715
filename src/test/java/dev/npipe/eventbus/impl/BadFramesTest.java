// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients should not send, and what they get for it. */
class BadFramesTest extends BridgeRig {

  private void assertErrorAndGoesOn(Buffer frame, String error) throws Exception {
    Client client = connect();
    client.pipe.feed(frame);
    assertEquals(new JsonObject().put("type", "err").put("message", error), client.next());
    client.assertQuiet();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "{}                                                        | missing_type",
      "{'type':null}                                             | missing_type",
      "{'type':1}                                                | invalid_type",
      "{'type':{}}                                               | invalid_type",
      "{'type':'message'}                                        | unknown_type",
      "{'type':'SEND','address':'a'}                             | unknown_type",
      "{'type':'send'}                                           | missing_address",
      "{'type':'send','address':null}                            | missing_address",
      "{'type':'publish','body':1}                               | missing_address",
      "{'type':'register'}                                       | missing_address",
      "{'type':'unregister'}                                     | missing_address",
      "{'type':'send','address':7}                               | invalid_address",
      "{'type':'register','address':['a']}                       | invalid_address",
      "{'type':'send','address':'a','headers':1}                 | invalid_headers",
      "{'type':'publish','address':'a','headers':['x']}          | invalid_headers",
      "{'type':'send','address':'a','headers':{'x':null}}        | invalid_headers",
      "{'type':'send','address':'a','headers':{'timeout':'1'}}   | invalid_headers",
      "{'type':'send','address':'a','headers':{'timeout':0}}     | invalid_headers",
      "{'type':'send','address':'a','headers':{'timeout':-9}}    | invalid_headers",
      "{'type':'send','address':'a','headers':{'localOnly':1}}   | invalid_headers",
      "{'type':'send','address':'a','headers':{'codecName':'c'}} | codec_not_permitted",
      "{'type':'publish','address':'a','body':123456789012345678901} | invalid_body",
      "{'type':'unregister','address':'never'}                   | unknown_address",
      "{'type':'send','address':'__vertx.reply.1'}               | access_denied",
      "{'type':'publish','address':'__vertx.reply.1'}            | access_denied",
      "{'type':'register','address':'__vertx.reply.1'}           | access_denied",
      "{'type':'unregister','address':'__vertx.reply.1'}         | access_denied",
      "{'type':'ping'                                            | invalid_json",
      "{'type':'ping'} {}                                        | invalid_json",
      "[{'type':'ping'}]                                         | invalid_json",
      "'ping'                                                    | invalid_json",
      "17                                                        | invalid_json",
      "null                                                      | invalid_json",
      "nothing                                                   | invalid_json",
  }, quoteCharacter = '"')
  void aFrameThatMakesNoSenseIsAnsweredAndTheNextOneServed(String frame, String error) throws Exception {
    assertErrorAndGoesOn(frame(frame), error);
  }

  @Test
  void anEmptyFrameAndOtherEncodingsAreNoJson() throws Exception {
    assertErrorAndGoesOn(Buffer.buffer().appendInt(0), "invalid_json");
    assertErrorAndGoesOn(frame("{\"type\":\"ping\"}".getBytes(StandardCharsets.UTF_16)), "invalid_json");
    assertErrorAndGoesOn(frame("{\"type\":\"ping\",\"x\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1)),
        "invalid_json");
    assertErrorAndGoesOn(frame("[".repeat(100_000)), "invalid_json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"send", "publish", "register", "unregister"})
  void anAddressIsOnlySoLong(String type) throws Exception {
    String longest = "a".repeat(options.getMaxAddressLength());
    assertErrorAndGoesOn(frame("{'type':'" + type + "','address':'" + longest + "b'}"), "max_address_length_reached");
    Client client = connect();
    client.send("{'type':'register','address':'" + longest + "'}").assertQuiet();
    client.send("{'type':'send','address':'" + longest + "','body':1}");
    assertEquals(1, client.next().getInteger("body"));
  }

  @Test
  void aRequestThatIsRefusedIsAnsweredWhereItsAnswerIsAwaited() throws Exception {
    connect().send("{'type':'send','address':'a','replyAddress':'r','headers':{'codecName':'c'}}")
        .assertNext("{'type':'err','address':'r','sourceAddress':'a','failureCode':-1,'failureType':'ERROR',"
            + "'message':'codec_not_permitted'}");
  }

  @ParameterizedTest
  @CsvSource({"-1,invalid_frame_length", "-2147483648,invalid_frame_length", "1048577,frame_too_long",
      "2147483647,frame_too_long"})
  void aLengthThatCanNotBeOneEndsThatConnectionOnly(int length, String error) throws Exception {
    Client other = connect();
    Client client = connect();
    // What follows is not taken for frames.
    client.pipe.feed(Buffer.buffer().appendInt(length).appendBuffer(frame("{'type':'ping'}")));
    client.assertNext("{'type':'err','message':'" + error + "'}");
    client.assertEnds("close");
    assertEquals(0, client.frames.size());
    other.assertQuiet();
  }

  @Test
  void theLargestFrameIsTaken() throws Exception {
    String start = "{'type':'send','address':'a','replyAddress':'r','body':'";
    String body = "x".repeat(options.getMaxFrameSize() - start.length() - 2);
    vertx.eventBus().consumer("a", message -> message.reply(((String) message.body()).length()));
    assertEquals(body.length(), connect().send(start + body + "'}").next().getInteger("body"));
  }

  @Test
  void framesAreFoundHoweverTheyAreCut() throws Exception {
    vertx.eventBus().consumer("a", message -> message.reply(message.body()));
    Buffer frames = Buffer.buffer();
    for (int i = 0; i < 40; i++) {
      frames.appendBuffer(
          frame("{'type':'send','address':'a','replyAddress':'r','body':'\u00e9\ud83d\ude00" + i + "'}"));
    }
    for (int size : new int[] {1, 2, 3, 5, 64, 1000, frames.length()}) {
      Client client = connect();
      for (int i = 0; i < frames.length(); i += size) {
        client.pipe.feed(frames.getBuffer(i, Math.min(frames.length(), i + size)));
      }
      for (int i = 0; i < 40; i++) {
        assertEquals("\u00e9\ud83d\ude00" + i, client.next().getString("body"));
      }
    }
  }

  @Test
  void aFrameThatDoesNotComeEndsTheConnection() throws Exception {
    options.setFrameTimeout(Duration.ofMillis(200));
    Client oneByte = connect();
    oneByte.pipe.feed(Buffer.buffer(new byte[1]));
    Client noBody = connect();
    noBody.pipe.feed(Buffer.buffer().appendInt(100).appendString("{"));
    Client idle = connect();
    idle.assertQuiet();
    for (Client late : new Client[] {oneByte, noBody}) {
      late.assertNext("{'type':'err','message':'frame_timeout'}");
      late.assertEnds("close");
    }
    idle.assertQuiet();
  }

  @Test
  void aClientInTheMiddleOfALongFrameIsNotIdle() throws Exception {
    options.setIdleTimeout(Duration.ofSeconds(1));
    Client client = connect();
    Buffer frame = frame("{'type':'ping','x':'" + "x".repeat(20) + "'}");
    for (int i = 0; i < frame.length(); i++) {
      client.pipe.feed(frame.getBuffer(i, i + 1));
      await(vertx.timer(50));
    }
    client.assertNext("{'type':'pong'}");
    client.assertEnds("close");
  }

  @Test
  void headersAreStringsExceptThoseThatSayHowToSend() throws Exception {
    options.setMaxSendTimeout(Duration.ofMillis(300));
    BlockingQueue<JsonObject> headers = new LinkedBlockingQueue<>();
    vertx.eventBus().consumer("a", message -> {
      JsonObject received = new JsonObject();
      message.headers().forEach((name, value) -> received.put(name, value));
      headers.add(received);
    });
    Client client = connect();
    // Nobody answers; the timeout the client wants is cut.
    client.send("{'type':'send','address':'a','replyAddress':'r','headers':{'timeout':1e12,'localOnly':true,"
        + "'s':'x','n':1,'b':true,'o':{'k':[1]}}}");
    assertEquals(new JsonObject().put("s", "x").put("n", "1").put("b", "true").put("o", "{\"k\":[1]}"), take(headers));
    JsonObject error = client.next();
    assertEquals("TIMEOUT", error.getString("failureType"));
  }

  @Test
  void aBodyMayBeAnyJsonAndComesBackAsItIs() throws Exception {
    vertx.eventBus().consumer("a", message -> message.reply(message.body(), new DeliveryOptions().addHeader("h", "1")));
    Client client = connect();
    JsonArray bodies = new JsonArray("[\"\", \"text\", 0, -1.5, 12345678901, true, false, [], [1,[2]], {}, "
        + "{\"a\":{\"b\":null}}]");
    for (Object body : bodies) {
      client.send(new JsonObject().put("type", "send").put("address", "a").put("replyAddress", "r").put("body", body)
          .encode());
      JsonObject answer = client.next();
      assertEquals(new JsonArray().add(body), new JsonArray().add(answer.getValue("body")));
      assertEquals(new JsonObject().put("h", "1"), answer.getJsonObject("headers"));
    }
    // A body of null is none.
    client.send("{'type':'send','address':'a','replyAddress':'r','body':null}")
        .assertNext("{'type':'message','address':'r','headers':{'h':'1'},'send':true}");
  }
}
