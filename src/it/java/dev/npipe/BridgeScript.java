// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static dev.npipe.EventBusBridgeDifferenceIT.consume;
import static dev.npipe.EventBusBridgeDifferenceIT.raw;

import dev.npipe.PipeRig.Box;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** What one client does at a bridge, and the bus with it. */
final class BridgeScript {

  /** The steps of a script. */
  interface Steps {
    void play(FramePlayer player) throws Exception;
  }

  private static final String PONG = "{\"type\":\"pong\"}";

  private final String name;
  private final Steps steps;
  private final List<String> expected;

  private BridgeScript(String name, Steps steps, List<String> expected) {
    this.name = name;
    this.steps = steps;
    this.expected = expected;
  }

  static BridgeScript same(String name, Steps steps) {
    return new BridgeScript(name, steps, null);
  }

  private static BridgeScript different(String name, Steps steps, String... expected) {
    return new BridgeScript(name, steps, List.of(expected));
  }

  /** Sends a frame that is answered by one, and is done. */
  private static BridgeScript ask(String frame) {
    return same(frame, player -> {
      player.send(frame).take();
      player.settle();
    });
  }

  private static BridgeScript request(String body) {
    return ask("{'type':'send','address':'echo','replyAddress':'r'" + (body == null ? "" : ",'body':" + body) + "}");
  }

  /** The other side asks, and this client has registered. */
  private static BridgeScript asked(String name, String rest) {
    return same(name, player -> {
      player.send("{'type':'register','address':'test'}").settle();
      Future<Message<Object>> asked = player.bus.request("test", "Vert.x");
      String reply = player.take().getString("replyAddress");
      player.send("{'type':'send','address':'" + reply + "'" + rest + "}").settle();
      player.note(PipeRig.await(asked.transform(done -> Future.succeededFuture(done.succeeded()
          ? "" + done.result().body() : ((ReplyException) done.cause()).failureCode() + done.cause().getMessage()))));
      // There is one answer only; this one is a message to nobody, which nobody misses.
      player.settle();
    });
  }

  /** As the suite of the TCP bridge has it, and what its code shows beyond. */
  static final List<BridgeScript> SAME = List.of(
      same("send void message", player -> {
        Box<Message<Object>> box = consume(player, "test");
        player.send("{'type':'send','address':'test','body':{'value':'vert.x'}}");
        player.note(box.take().body());
      }),
      same("send void string message", player -> {
        Box<Message<Object>> box = consume(player, "test");
        player.send("{'type':'send','address':'test','body':'no JSON object'}");
        player.note(box.take().body());
      }),
      ask("{'type':'send','address':'test','replyAddress':'#backtrack','body':{'value':'no handlers'}}"),
      ask("{'type':'send','address':'fail','replyAddress':'#backtrack','body':{'value':'error reply'}}"),
      same("sends from other side of bridge", player -> {
        player.send("{'type':'register','address':'ping'}").settle();
        player.bus.send("ping", new JsonObject().put("value", "hi"));
        player.take();
      }),
      ask("{'type':'send','address':'hello','replyAddress':'#backtrack','body':{'value':'vert.x'}}"),
      ask("{'type':'send','address':'void','replyAddress':'#backtrack','headers':{'timeout':100},'body':{}}"),
      same("duplicate reply id", player -> {
        Box<Message<Object>> third = consume(player, "third-party-receiver");
        player.send("{'type':'send','address':'hello','replyAddress':'third-party-receiver','body':{'value':'x'}}")
            .take();
        player.settle();
        player.note(third.size());
      }),
      same("register, then publish to oneself", player -> {
        player.send("{'type':'register','address':'echo'}");
        player.send("{'type':'publish','address':'echo','body':{'value':'Vert.x'}}").take();
      }),
      same("unregister", player -> {
        player.send("{'type':'register','address':'test'}");
        player.send("{'type':'publish','address':'test','body':1}").take();
        player.send("{'type':'unregister','address':'test'}")
            .send("{'type':'send','address':'test','replyAddress':'#backtrack','body':'This fails anyway!'}").take();
      }),
      asked("reply from client", ",'body':{'value':'You got it'}"),
      asked("string reply from client", ",'body':'You got it'"),
      asked("null reply from client", ""),
      asked("fail from client", ",'failureCode':1234,'message':'ooops!'"),
      same("reply to the reply of a client", player -> {
        player.send("{'type':'register','address':'test'}").settle();
        Future<Message<Object>> asked = player.bus.request("test", "1");
        player.send("{'type':'send','address':'" + player.take().getString("replyAddress")
            + "','replyAddress':'mine','body':'2'}");
        PipeRig.await(asked).reply("3");
        player.take();
      }),
      ask("{'type':'ping'}"),
      ask("{'type':'ping','address':'whatever','body':1}"),
      ask("{'type':'send'}"),
      same("the hook of registering", player -> {
        player.send("{'type':'register','address':'told'}").take();
      }),
      same("the hook of registering again", player -> {
        player.send("{'type':'register','address':'told'}").take();
        player.send("{'type':'register','address':'told'}").take();
      }),
      ask("{'type':'send','address':'hello','replyAddress':7,'body':{'value':'vert.x'}}"),
      ask("{'type':'send','address':'test','replyAddress':{'a':1}}"),
      asked("a code of failure with a fraction", ",'failureCode':7.5,'message':'oops!'"),
      asked("a code of failure beyond 32 bits, and a message that is a number",
          ",'failureCode':4294967303,'message':404"),
      asked("a message of failure that is an object", ",'failureCode':7,'message':{'a':1}"),
      request(null), request("null"), request("'text'"), request("''"), request("1"), request("-2.5"),
      request("12345678901234"), request("true"), request("false"), request("[]"), request("[1,[null,'a']]"),
      request("{}"), request("{'a':{'b':null}}"), request("'\u00e9\\u20ac\ud83d\ude00'"), request("1e300"),
      ask("{'type':'send','address':'headers','replyAddress':'r','headers':{'a':'x','n':1,'b':false}}"),
      ask("{'type':'send','address':'headers','replyAddress':'r','headers':{'localOnly':true,'timeout':5000}}"),
      ask("{'type':'send','address':'secret','replyAddress':'r'}"),
      ask("{'type':'publish','address':'secret'}"),
      ask("{'type':'register','address':'secret'}"),
      ask("{'type':'unregister','address':'secret'}"),
      ask("{'type':'unregister','address':'test'}"),
      ask("{'type':'publish'}"), ask("{'type':'register'}"), ask("{'type':'unregister'}"),
      ask("{'type':'send','address':'blocked','replyAddress':'r'}"),
      ask("{'type':'publish','address':'blocked'}"),
      ask("{'type':'register','address':'blocked'}"),
      ask("{'type':'send','address':'matched','replyAddress':'r','body':{'k':1,'l':2}}"),
      same("send to nobody", player -> player.send("{'type':'send','address':'test','body':1}").settle()),
      same("headers and kind of what is delivered", player -> {
        player.send("{'type':'register','address':'test'}").settle();
        player.bus.publish("test", null, new DeliveryOptions().addHeader("h", "1"));
        player.take();
        player.bus.send("test", Buffer.buffer(new byte[] {1, 2, (byte) 250}));
        player.take();
      }),
      same("two frames in one write", player -> {
        player.write(FramePlayer.frame("{'type':'ping'}").appendBuffer(FramePlayer.frame("{'type':'ping'}"))).take();
        player.take();
      }),
      same("a frame in pieces", player -> {
        Buffer frame = FramePlayer.frame("{'type':'ping'}");
        for (int i = 0; i < frame.length(); i++) {
          player.write(frame.getBuffer(i, i + 1));
        }
        player.take();
      }),
      same("a body of 200 kB", player -> player.send("{'type':'send','address':'echo','replyAddress':'r','body':'"
          + "x".repeat(200_000) + "'}").take()));

  private static BridgeScript unanswered(String name, Buffer frame, String message) {
    return different(name, player -> {
      player.write(frame);
      player.probe();
    }, "{\"type\":\"err\",\"message\":\"" + message + "\"}", PONG);
  }

  private static BridgeScript refused(String name, String members, String message) {
    return different(name, player -> {
      player.send("{'type':'send','address':'echo','replyAddress':'r'," + members + "}");
      player.probe();
    }, "{\"type\":\"err\",\"address\":\"r\",\"sourceAddress\":\"echo\",\"failureCode\":-1,\"failureType\":\"ERROR\","
        + "\"message\":\"" + message + "\"}", PONG);
  }

  private static BridgeScript fatal(String name, int length, String message) {
    return different(name, player -> {
      player.write(raw(length, ""));
      player.probe();
    }, "{\"type\":\"err\",\"message\":\"" + message + "\"}", "the end");
  }

  /** On purpose; see docs/bridge. */
  static final List<BridgeScript> DIFFERENT = List.of(
      unanswered("a `type` that is not known", FramePlayer.frame("{'type':'what'}"), "unknown_type"),
      unanswered("no `type`", FramePlayer.frame("{}"), "missing_type"),
      unanswered("a `type` that is no string", FramePlayer.frame("{'type':1}"), "invalid_type"),
      unanswered("an `address` that is no string", FramePlayer.frame("{'type':'send','address':{}}"),
          "invalid_address"),
      unanswered("an `address` of more than 200 characters",
          FramePlayer.frame("{'type':'publish','address':'free." + "x".repeat(200) + "'}"),
          "max_address_length_reached"),
      unanswered("`headers` that are no object", FramePlayer.frame("{'type':'publish','address':'echo','headers':1}"),
          "invalid_headers"),
      unanswered("content that is no JSON", raw(2, "{x"), "invalid_json"),
      unanswered("JSON that is no object", raw(2, "[]"), "invalid_json"),
      unanswered("a length of zero", raw(0, ""), "invalid_json"),
      refused("a header of null", "'headers':{'a':null}", "invalid_headers"),
      refused("a `timeout` below 1", "'headers':{'timeout':0}", "invalid_headers"),
      refused("a `timeout` that is no number", "'headers':{'timeout':'1'}", "invalid_headers"),
      refused("a `localOnly` that is no boolean", "'headers':{'localOnly':1}", "invalid_headers"),
      different("a `replyAddress` of more than 200 characters", player -> player.send(
          "{'type':'send','address':'echo','replyAddress':'" + "r".repeat(201) + "'}").take(),
          "{\"type\":\"err\",\"address\":\"" + "r".repeat(201) + "\",\"sourceAddress\":\"echo\",\"failureCode\":-1,"
              + "\"failureType\":\"ERROR\",\"message\":\"max_address_length_reached\"}"),
      different("`headers` that are wrong, of a `register`", player -> {
        player.send("{'type':'register','address':'test','headers':{'a':null}}");
        player.probe();
        player.bus.publish("test", 1);
        player.probe();
      }, PONG, "{\"type\":\"message\",\"address\":\"test\",\"headers\":{},\"body\":1,\"send\":false}", PONG),
      different("a `failureCode` that is no number", player -> {
        player.send("{'type':'register','address':'test'}").settle();
        player.bus.request("test", null, new DeliveryOptions().setSendTimeout(1000));
        String reply = player.take().getString("replyAddress");
        player.send("{'type':'send','address':'" + reply + "','failureCode':'x'}");
        player.probe();
      }, PONG, "{\"type\":\"message\",\"address\":\"test\",\"replyAddress\":\"__vertx.reply\",\"headers\":{},"
          + "\"send\":true}", "{\"type\":\"err\",\"message\":\"invalid_failure_code\"}", PONG),
      refused("a `codecName`", "'headers':{'codecName':'string'}", "codec_not_permitted"),
      refused("a `body` that is a number of more than 64 bits", "'body':123456789012345678901", "invalid_body"),
      different("a header that is an object or an array", player -> player.send(
          "{'type':'send','address':'headers','replyAddress':'r','headers':{'o':{'k':[1]}}}").take(),
          "{\"type\":\"message\",\"address\":\"r\",\"headers\":{},\"body\":{\"o\":\"{\\\"k\\\":[1]}\"},"
              + "\"send\":true}"),
      fatal("a negative length", -1, "invalid_frame_length"),
      fatal("a length above the limit", Integer.MAX_VALUE, "frame_too_long"),
      different("registers an address twice", player -> {
        player.send("{'type':'register','address':'test'}").send("{'type':'register','address':'test'}").settle();
        player.bus.publish("test", 1);
        player.take();
        player.probe();
      }, PONG, "{\"type\":\"message\",\"address\":\"test\",\"headers\":{},\"body\":1,\"send\":false}", PONG),
      different("sends a body that the `match` of its rule does not let pass", player -> {
        player.send("{'type':'send','address':'matched','replyAddress':'r','body':{'k':2}}").take();
      }, "{\"type\":\"err\",\"message\":\"access_denied\"}"),
      different("uses an address of the bus itself, `__vertx.`", player -> {
        player.send("{'type':'send','address':'__vertx.reply.99999'}");
        player.probe();
      }, "{\"type\":\"err\",\"message\":\"access_denied\"}", PONG),
      different("leaves without answering a request", player -> {
        player.send("{'type':'register','address':'test'}").settle();
        Future<Message<Object>> asked = player.bus.request("test", "?", new DeliveryOptions().setSendTimeout(1000));
        player.take();
        player.end();
        player.note(((ReplyException) PipeRig.failure(asked)).failureType());
      }, PONG, "{\"type\":\"message\",\"address\":\"test\",\"replyAddress\":\"__vertx.reply\",\"headers\":{},"
          + "\"body\":\"?\",\"send\":true}", "RECIPIENT_FAILURE"));

  String name() {
    return name;
  }

  List<String> expected() {
    return expected;
  }

  void play(FramePlayer player) throws Exception {
    steps.play(player);
  }

  @Override
  public String toString() {
    return name;
  }
}
