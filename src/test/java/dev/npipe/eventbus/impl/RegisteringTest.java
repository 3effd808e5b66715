// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.npipe.eventbus.BridgeEvent;
import dev.npipe.eventbus.SlowReaderPolicy;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.BridgeEventType;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Registrations, and readers that do not keep up with them. */
class RegisteringTest extends BridgeRig {

  private static final String BIG = "x".repeat(10_000);

  private boolean hasHandlers(String address) throws Exception {
    return await(vertx.eventBus().request(address, "?").transform(done -> Future.succeededFuture(
        done.failed() && done.cause().getMessage().startsWith("No handlers") ? null : "yes"))) != null;
  }

  @Test
  void anAddressThatIsRegisteredTwiceIsDeliveredOnceAndUnregisteredOnce() throws Exception {
    Client client = connect().send("{'type':'register','address':'a'}").send("{'type':'register','address':'a'}");
    client.assertQuiet();
    vertx.eventBus().publish("a", 1);
    assertEquals(1, client.next().getInteger("body"));
    client.send("{'type':'unregister','address':'a'}").assertQuiet();
    assertNull(client.frames.poll());
    assertEquals(false, hasHandlers("a"));
    client.send("{'type':'unregister','address':'a'}").assertNext("{'type':'err','message':'unknown_address'}");
  }

  @Test
  void ofTenThousandRegistrationsAThousandStandAndAllEndWithTheConnection() throws Exception {
    Client client = connect();
    for (int i = 0; i < 10_000; i++) {
      client.send("{'type':'register','address':'a" + i + "'}");
    }
    for (int i = options.getMaxRegistrations(); i < 10_000; i++) {
      client.assertNext("{'type':'err','message':'max_handlers_reached'}");
    }
    client.assertQuiet();
    vertx.eventBus().publish("a999", "x");
    assertEquals("a999", client.next().getString("address"));
    client.send("{'type':'unregister','address':'a0'}").send("{'type':'register','address':'a1000'}").assertQuiet();
    client.pipe.close("gone");
    await(client.connection.ended());
    for (String address : new String[] {"a0", "a1", "a999", "a1000"}) {
      assertEquals(false, hasHandlers(address));
    }
  }

  @Test
  void aReaderThatDoesNotReadIsAborted() throws Exception {
    options.setMaxOutboundBytes(50_000);
    BlockingQueue<JsonObject> errors = new LinkedBlockingQueue<>();
    eventHandler = event -> {
      if (event.type() == BridgeEventType.SOCKET_ERROR) {
        errors.add(event.getRawMessage());
      }
      event.complete(true);
    };
    Client other = connect();
    Client client = connect().send("{'type':'register','address':'a'}");
    client.assertQuiet();
    client.pipe.peerReads = false;
    for (int i = 0; i < 5; i++) {
      vertx.eventBus().publish("a", BIG);
    }
    client.assertEnds("abort");
    assertEquals("slow_reader", take(errors).getString("message"));
    assertEquals(false, hasHandlers("a"));
    other.assertQuiet();
  }

  @Test
  void forAReaderThatDoesNotReadMessagesAreDroppedIfThatIsWanted() throws Exception {
    options.setMaxOutboundBytes(50_000).setSlowReaderPolicy(SlowReaderPolicy.DROP);
    Client client = connect().send("{'type':'register','address':'a'}");
    client.assertQuiet();
    client.pipe.peerReads = false;
    for (int i = 0; i < 100; i++) {
      vertx.eventBus().publish("a", BIG);
    }
    assertEquals("The client reads too slowly", await(vertx.eventBus().request("a", BIG)
        .transform(done -> Future.succeededFuture(done.cause().getMessage()))));
    client.pipe.drain();
    for (int i = 0; i < 4; i++) {
      assertEquals(BIG, client.next().getString("body"));
    }
    client.assertQuiet();
    vertx.eventBus().publish("a", "still here");
    assertEquals("still here", client.next().getString("body"));
  }

  @Test
  void whatWaitsForTheHandlerCountsToo() throws Exception {
    options.setMaxOutboundBytes(50_000);
    eventHandler = event -> {
      if (event.type() != BridgeEventType.RECEIVE) {
        event.complete(true);
      }
    };
    Client client = connect().send("{'type':'register','address':'a'}");
    client.assertQuiet();
    for (int i = 0; i < 5; i++) {
      vertx.eventBus().publish("a", BIG);
    }
    client.assertEnds("abort");
  }

  @Test
  void whatIsDecidedBehindWhatWaitsForTheHandlerCountsToo() throws Exception {
    options.setMaxOutboundBytes(50_000);
    eventHandler = event -> {
      if (event.type() != BridgeEventType.RECEIVE || !"first".equals(event.getRawMessage().getString("body"))) {
        event.complete(true);
      }
    };
    Client client = connect().send("{'type':'register','address':'a'}");
    client.assertQuiet();
    vertx.eventBus().publish("a", "first");
    for (int i = 0; i < 5; i++) {
      vertx.eventBus().publish("a", BIG);
    }
    client.assertEnds("abort");
  }

  @Test
  void aClientWhoseAnswersWaitForTheHandlerIsNotReadFrom() throws Exception {
    // All the answers would be too many.
    options.setMaxOutboundBytes(50_000);
    BlockingQueue<BridgeEvent> held = new LinkedBlockingQueue<>();
    eventHandler = event -> {
      if (event.type() == BridgeEventType.RECEIVE) {
        held.add(event);
      } else {
        event.complete(true);
      }
    };
    Client client = connect().send("{'type':'register','address':'a'}");
    client.assertQuiet();
    vertx.eventBus().publish("a", "first");
    BridgeEvent first = take(held);
    int pings = 10_000;
    for (int i = 0; i < pings; i++) {
      client.send("{'type':'ping'}");
    }
    await(vertx.timer(100).map(waited -> null));
    assertEquals(0, client.frames.size());
    first.complete(true);
    assertEquals("first", client.next().getString("body"));
    for (int i = 0; i < pings; i++) {
      client.assertNext("{'type':'pong'}");
    }
  }

  @Test
  void whyAConnectionEndsIsToldAlsoWhileTheHandlerIsWaitedFor() throws Exception {
    eventHandler = event -> {
      if (event.type() != BridgeEventType.RECEIVE) {
        event.complete(true);
      }
    };
    Client client = connect().send("{'type':'register','address':'a'}");
    client.assertQuiet();
    client.send("{'type':'send','address':'a','body':1}");
    client.pipe.feed(Buffer.buffer().appendInt(-1));
    client.assertNext("{'type':'err','message':'invalid_frame_length'}");
    client.assertEnds("close");
  }

  @Test
  void aClientThatDoesNotReadIsNotReadFrom() throws Exception {
    // All the answers would be too many; those to what is read before the write queue is full are not.
    options.setMaxOutboundBytes(100_000);
    Client client = connect();
    client.assertQuiet();
    client.pipe.peerReads = false;
    int pings = 10_000;
    for (int i = 0; i < pings; i++) {
      client.send("{'type':'ping'}");
    }
    client.pipe.drain();
    for (int i = 0; i < pings; i++) {
      client.assertNext("{'type':'pong'}");
    }
    client.assertQuiet();
  }
}
