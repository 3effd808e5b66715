// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.LogWatch;
import dev.npipe.eventbus.BridgeEvent;
import dev.npipe.eventbus.SlowReaderPolicy;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.BridgeEventType;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  void aClientIsReadFromAgainWhenLittleWaitsForTheHandler() throws Exception {
    options.setMaxOutboundBytes(50_000);
    BlockingQueue<BridgeEvent> held = new LinkedBlockingQueue<>();
    eventHandler = event -> {
      if (event.type() == BridgeEventType.RECEIVE) {
        held.add(event);
      } else {
        event.complete(true);
      }
    };
    BlockingQueue<Object> arrived = new LinkedBlockingQueue<>();
    vertx.eventBus().consumer("b", message -> arrived.add(message.body()));
    Client client = connect().send("{'type':'register','address':'a'}");
    client.assertQuiet();
    for (int i = 0; i < 3; i++) {
      vertx.eventBus().publish("a", BIG);
    }
    List<BridgeEvent> events = List.of(take(held), take(held), take(held));
    client.send("{'type':'publish','address':'b','body':1}");
    client.awaitContext();
    assertNull(arrived.poll());
    events.get(0).complete(true);
    events.get(1).complete(true);
    assertEquals(1, take(arrived));
  }

  @Test
  void aConnectionThatIsClosingLeavesToOthersWhatIsSent() throws Exception {
    Client closing = connect().send("{'type':'register','address':'a'}");
    closing.assertQuiet();
    Client other = connect().send("{'type':'register','address':'a'}");
    other.assertQuiet();
    closing.pipe.lingers = true;
    closing.pipe.feed(Buffer.buffer().appendInt(-1));
    closing.assertNext("{'type':'err','message':'invalid_frame_length'}");
    closing.awaitContext();
    for (int i = 0; i < 4; i++) {
      vertx.eventBus().send("a", i);
    }
    for (int i = 0; i < 4; i++) {
      assertEquals(i, other.next().getInteger("body"));
    }
    closing.pipe.close("close");
    closing.assertEnds("close");
  }

  @Test
  void whatComesAfterARegistrationWaitsUntilItStands() throws Exception {
    HeldRegistrations held = new HeldRegistrations();
    bus = held.of(vertx.eventBus());
    BlockingQueue<BridgeEventType> told = new LinkedBlockingQueue<>();
    eventHandler = event -> {
      told.add(event.type());
      event.complete(true);
    };
    Client client = connect().send("{'type':'register','address':'a'}").send("{'type':'ping'}");
    assertEquals(BridgeEventType.SOCKET_CREATED, take(told));
    assertEquals(BridgeEventType.REGISTER, take(told));
    client.awaitContext();
    assertNull(told.poll());
    held.completion.complete();
    client.assertNext("{'type':'pong'}");
    assertEquals(BridgeEventType.REGISTERED, take(told));
    assertEquals(BridgeEventType.SOCKET_PING, take(told));
    // It is told again that it stands, as whoever waits for that may have come later.
    client.send("{'type':'register','address':'a'}").assertQuiet();
    assertEquals(BridgeEventType.REGISTER, take(told));
    assertEquals(BridgeEventType.REGISTERED, take(told));
  }

  @Test
  void aRegistrationThatFailsIsToldAndLeavesNothing() throws Exception {
    HeldRegistrations held = new HeldRegistrations();
    bus = held.of(vertx.eventBus());
    Set<BridgeEventType> told = new ConcurrentSkipListSet<>();
    eventHandler = event -> {
      told.add(event.type());
      event.complete(true);
    };
    Client client = connect().send("{'type':'register','address':'a'}");
    held.completion.fail("on purpose");
    client.assertNext("{'type':'err','message':'registration_failure'}");
    client.send("{'type':'unregister','address':'a'}").assertNext("{'type':'err','message':'unknown_address'}");
    assertFalse(told.contains(BridgeEventType.REGISTERED));
    assertEquals(false, hasHandlers("a"));
  }

  @Test
  @ExtendWith(LogWatch.class)
  void aMessageThatCanNotBeSentIsToldToTheLog() throws Exception {
    vertx.eventBus().registerDefaultCodec(Unknown.class, new Unknown.Codec());
    Client client = connect().send("{'type':'register','address':'a'}");
    client.assertQuiet();
    vertx.eventBus().publish("a", new Unknown());
    client.assertQuiet();
    String logged = LogWatch.take();
    assertTrue(logged.contains("can not be sent as JSON"), logged);
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

  @ParameterizedTest
  @ValueSource(ints = {100_000, 65_536, 1_024})
  void aClientThatDoesNotReadIsNotReadFrom(int maxOutboundBytes) throws Exception {
    // All the answers would be too many; those to what is read before much waits are not.
    options.setMaxOutboundBytes(maxOutboundBytes);
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
