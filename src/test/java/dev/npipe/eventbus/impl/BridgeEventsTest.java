// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.eventbus.BridgeEvent;
import dev.npipe.eventbus.SlowReaderPolicy;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.BridgeEventType;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class BridgeEventsTest extends BridgeRig {

  private static final JsonObject BLOCKED = json("{'type':'err','message':'blocked by bridgeEvent handler'}");

  private final BlockingQueue<BridgeEvent> held = new LinkedBlockingQueue<>();

  /** Does something else with one type of event. */
  private void on(BridgeEventType type, Consumer<BridgeEvent> what) {
    eventHandler = event -> {
      if (event.type() == type) {
        what.accept(event);
      } else {
        event.complete(true);
      }
    };
  }

  @Test
  void everyTypeOfEventFiresAndSaysWhoItIsAbout() throws Exception {
    options.setIdleTimeout(Duration.ofMillis(300));
    Set<BridgeEventType> seen = new ConcurrentSkipListSet<>();
    eventHandler = event -> {
      assertEquals(42, event.socket().peerProcessId());
      seen.add(event.type());
      event.complete(true);
    };
    Client client = connect();
    client.send("{'type':'register','address':'a'}").send("{'type':'send','address':'a'}");
    client.next();
    client.send("{'type':'publish','address':'a'}");
    client.next();
    client.send("{'type':'unregister','address':'a'}").assertQuiet();
    client.assertEnds("close");
    Client bad = connect();
    bad.pipe.feed(Buffer.buffer().appendInt(-1));
    bad.assertEnds("close");
    assertEquals(EnumSet.allOf(BridgeEventType.class), EnumSet.copyOf(seen));
  }

  @Test
  void whatIsRegisteredIsToldToBeUnregisteredWithTheConnection() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    eventHandler = event -> {
      told.add(event.type() + (event.getRawMessage() == null ? "" : " " + event.getRawMessage().getString("address")));
      event.complete(true);
    };
    Client client = connect().send("{'type':'register','address':'a'}");
    client.assertQuiet();
    client.pipe.close("gone");
    await(client.connection.ended());
    assertEquals(List.of("SOCKET_CREATED", "REGISTER a", "REGISTERED a", "SOCKET_PING null", "UNREGISTER a",
        "SOCKET_CLOSED"), told);
  }

  @Test
  void theFramesAfterOneThatWaitsForTheHandlerWaitToo() throws Exception {
    on(BridgeEventType.SEND, held::add);
    BlockingQueue<Object> arrived = new LinkedBlockingQueue<>();
    vertx.eventBus().consumer("a", message -> arrived.add(message.body()));
    Client client = connect();
    client.send("{'type':'send','address':'a','body':1}").send("{'type':'publish','address':'a','body':2}")
        .send("{'type':'ping'}");
    BridgeEvent first = take(held);
    await(vertx.timer(100).map(waited -> null));
    assertNull(arrived.poll());
    assertNull(client.frames.poll());
    // In another thread than the connection's.
    first.complete(true);
    assertEquals(1, take(arrived));
    assertEquals(2, take(arrived));
    client.assertNext("{'type':'pong'}");
  }

  @Test
  void theMessagesAfterOneThatWaitsForTheHandlerWaitToo() throws Exception {
    on(BridgeEventType.RECEIVE, event -> {
      if (event.getRawMessage().getInteger("body") == 2) {
        event.complete(true);
      } else {
        held.add(event);
      }
    });
    Client client = connect().send("{'type':'register','address':'a'}");
    client.assertQuiet();
    for (int body = 1; body <= 3; body++) {
      vertx.eventBus().publish("a", body);
    }
    BridgeEvent first = take(held);
    BridgeEvent third = take(held);
    client.send("{'type':'ping'}");
    third.complete(false);
    await(vertx.timer(100).map(waited -> null));
    assertNull(client.frames.poll());
    first.setRawMessage(first.getRawMessage().copy().put("body", "edited")).complete(true);
    assertEquals("edited", client.next().getString("body"));
    assertEquals(2, client.next().getInteger("body"));
    client.assertNext("{'type':'pong'}");
  }

  @Test
  void whatTheHandlerRefusesOrFailsOnIsBlocked() throws Exception {
    List<Consumer<BridgeEvent>> refusals = List.of(event -> event.complete(false), BridgeEvent::complete,
        event -> event.fail("on purpose"), event -> {
          throw new IllegalStateException("on purpose");
        });
    for (Consumer<BridgeEvent> refusal : refusals) {
      on(BridgeEventType.PUBLISH, refusal);
      Client client = connect();
      assertEquals(BLOCKED, client.send("{'type':'publish','address':'a'}").next());
      client.assertQuiet();
      on(BridgeEventType.SOCKET_CREATED, refusal);
      Client turnedAway = connect();
      assertEquals(BLOCKED, turnedAway.next());
      turnedAway.assertEnds("close");
    }
  }

  @Test
  void aBlockedAnswerFailsTheRequestOfEitherSide() throws Exception {
    on(BridgeEventType.RECEIVE, event -> event.complete(false));
    vertx.eventBus().consumer("b", message -> message.reply("secret"));
    Client client = connect().send("{'type':'register','address':'a'}");
    client.send("{'type':'send','address':'b','replyAddress':'r'}")
        .assertNext("{'type':'err','address':'r','sourceAddress':'b','failureCode':-1,'failureType':'ERROR',"
            + "'message':'blocked by bridgeEvent handler'}");
    Future<?> asked = vertx.eventBus().request("a", "?");
    assertEquals("blocked by bridgeEvent handler",
        await(asked.transform(done -> Future.succeededFuture(done.cause().getMessage()))));
  }

  @Test
  void theHandlerPutsAnotherFrameInPlaceAndItIsCheckedAsIfItHadCome() throws Exception {
    options.getInboundPermitteds().get(0).setAddress("a");
    on(BridgeEventType.SEND, event -> {
      JsonObject frame = event.getRawMessage();
      event.setRawMessage(new JsonObject(frame.getString("body"))).complete(true);
    });
    Client client = connect();
    client.send("{'type':'send','address':'a','body':'{\\u0022type\\u0022:\\u0022ping\\u0022}'}")
        .assertNext("{'type':'pong'}");
    client.send("{'type':'send','address':'a','body':'{}'}").assertNext("{'type':'err','message':'missing_type'}");
    client.send("{'type':'send','address':'a','body':'{\\u0022type\\u0022:\\u0022publish\\u0022,"
        + "\\u0022address\\u0022:\\u0022other\\u0022}'}").assertNext("{'type':'err','message':'access_denied'}");
  }

  private List<String> tellAll() {
    List<String> told = new CopyOnWriteArrayList<>();
    eventHandler = event -> {
      JsonObject frame = event.getRawMessage();
      told.add(event.type() + (frame == null || frame.getString("message") == null ? ""
          : " " + frame.getString("message")));
      event.complete(true);
    };
    return told;
  }

  @Test
  void anErrorOfTheSocketIsTold() throws Exception {
    List<String> told = tellAll();
    Client client = connect();
    client.pipe.fail(new IOException("on purpose"));
    client.pipe.close("gone");
    client.assertEnds("gone");
    assertEquals(List.of("SOCKET_CREATED", "SOCKET_ERROR on purpose", "SOCKET_CLOSED"), told);
  }

  @Test
  void aClientThatIsTurnedAwayIsNoError() throws Exception {
    List<BridgeEventType> told = new CopyOnWriteArrayList<>();
    eventHandler = event -> {
      told.add(event.type());
      event.complete(event.type() != BridgeEventType.SOCKET_CREATED);
    };
    Client client = connect();
    assertEquals(BLOCKED, client.next());
    client.assertEnds("close");
    assertEquals(List.of(BridgeEventType.SOCKET_CREATED, BridgeEventType.SOCKET_CLOSED), told);
  }

  @Test
  void whyAConnectionEndsIsToldOnceAlsoIfTheClientHasNoRoomForIt() throws Exception {
    options.setFrameTimeout(Duration.ofMillis(500)).setSlowReaderPolicy(SlowReaderPolicy.DROP);
    List<String> told = tellAll();
    Client client = connect().send("{'type':'register','address':'a'}");
    client.assertQuiet();
    vertx.eventBus().publish("a", 1);
    int message = Frames.encode(client.next()).length();
    options.setMaxOutboundBytes(10 * message + 20);
    client.pipe.peerReads = false;
    client.pipe.feed(Buffer.buffer(new byte[1]));
    for (int i = 0; i < 20; i++) {
      vertx.eventBus().publish("a", 1);
    }
    client.assertEnds("abort");
    assertEquals(1, told.stream().filter(event -> event.startsWith("SOCKET_ERROR")).count(), told::toString);
  }

  @Test
  void aHandlerThatAnswersAfterTheConnectionHasEndedRegistersNothing() throws Exception {
    on(BridgeEventType.REGISTER, held::add);
    Client client = connect().send("{'type':'register','address':'a'}");
    BridgeEvent registering = take(held);
    client.pipe.close("gone");
    await(client.connection.ended());
    registering.complete(true);
    // What the connection makes of it, it makes now.
    client.awaitContext();
    String failure = await(vertx.eventBus().request("a", "?")
        .transform(done -> Future.succeededFuture(done.cause().getMessage())));
    assertTrue(failure.startsWith("No handlers"), failure);
  }
}
