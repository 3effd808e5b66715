// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.eventbus.NamedPipeEventBusBridge;
import dev.npipe.verticle.NamedPipeBridgeVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.BridgeEventType;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is deployed by name, with the files of conf. */
class VerticlesIT extends PipeRig {

  private static final String BRIDGE = "dev.npipe.verticle.NamedPipeBridgeVerticle";
  private static final String MESSAGES = "dev.npipe.verticle.NamedPipeVerticle";

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("conf"))) {
      return files.filter(file -> file.toString().endsWith(".json")).collect(Collectors.toList());
    }
  }

  private JsonObject conf(String file) throws IOException {
    return new JsonObject(Files.readString(Path.of("conf", file)));
  }

  private static DeploymentOptions with(JsonObject config) {
    return new DeploymentOptions().setConfig(config);
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyFileIsDeployedAsItIs(Path file) throws Exception {
    // But for the name of the pipe, which another process of these tests may have.
    JsonObject config = conf(file.getFileName().toString()).put("pipe", name);
    String verticle = config.containsKey("bridge") ? BRIDGE : MESSAGES;
    NamedPipeClient client = NamedPipeClient.create(vertx);
    String id = await(vertx.deployVerticle(verticle, with(config)));
    await(client.connect(name).compose(NamedPipeSocket::close));
    await(vertx.undeploy(id));
    assertNotNull(failure(client.connect(name)));
  }

  @Test
  void clientsOfTheBridgeTalkToEachOtherThroughAnyOfSeveralInstances() throws Exception {
    String id = await(vertx.deployVerticle(BRIDGE, with(conf("bridge.json").put("pipe", name)).setInstances(3)));
    NamedPipeClient client = NamedPipeClient.create(vertx);
    FramePlayer[] players = new FramePlayer[6];
    for (int i = 0; i < players.length; i++) {
      NamedPipeSocket socket = connectPaused(client, name);
      players[i] = new FramePlayer(vertx.eventBus(), socket);
      socket.resume();
      players[i].send("{'type':'register','address':'chat.all'}").settle();
    }
    players[0].send("{'type':'publish','address':'chat.all','body':'hello'}");
    for (FramePlayer player : players) {
      assertEquals("hello", player.take().getString("body"));
    }
    await(vertx.undeploy(id));
    for (FramePlayer player : players) {
      player.takeEnd();
    }
    assertNotNull(failure(client.connect(name)));
  }

  @Test
  void messagesAreAnsweredThroughAnyOfSeveralInstances() throws Exception {
    vertx.eventBus().consumer("messages.in", message ->
        message.reply(new JsonObject().put("got", ((JsonObject) message.body()).getInteger("n"))));
    await(vertx.deployVerticle(MESSAGES, with(conf("messages.json").put("pipe", name)).setInstances(3)));
    NamedPipeClient client = NamedPipeClient.create(vertx, new NamedPipeClientOptions().setMessageMode(true));
    for (int i = 0; i < 6; i++) {
      Buffer question = Buffer.buffer("{\"n\":" + i + "}");
      assertEquals("{\"got\":" + i + "}", await(client.connect(name).compose(socket ->
          socket.request(question).eventually(socket::close))).toString());
    }
  }

  private boolean hasHandlers(String address) {
    try {
      Throwable failure = failure(vertx.eventBus().request(address, "?", new DeliveryOptions().setSendTimeout(500)));
      return failure == null || !failure.getMessage().startsWith("No handlers");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {BRIDGE, MESSAGES})
  void aClientThatDoesNotReadDoesNotFailAnUndeployment(String verticle) throws Exception {
    boolean frames = verticle.equals(BRIDGE);
    JsonObject config = conf(frames ? "bridge.json" : "messages.json").put("pipe", name);
    config.getJsonObject("server").put("lingerTimeout", 500);
    String id = await(vertx.deployVerticle(verticle, with(config)));
    NamedPipeClient client = NamedPipeClient.create(vertx, new NamedPipeClientOptions().setMessageMode(!frames));
    NamedPipeSocket socket = connectPaused(client, name);
    if (frames) {
      await(socket.write(FramePlayer.frame("{'type':'register','address':'chat.x'}")));
    }
    String address = frames ? "chat.x" : "messages.out";
    assertTrue(Settling.settled(() -> hasHandlers(address), there -> there));
    for (int i = 0; i < 10; i++) {
      vertx.eventBus().publish(address, "x".repeat(500_000));
    }
    // Comes behind them, so they are written.
    assertTrue(hasHandlers(address));
    await(vertx.undeploy(id));
    assertFalse(hasHandlers(address));
  }

  @ParameterizedTest
  @ValueSource(strings = {BRIDGE, MESSAGES})
  void aConfigurationThatIsWrongFailsTheDeploymentNamingTheKeys(String verticle) throws Exception {
    JsonObject config = new JsonObject().put("pipe", name).put("messages", new JsonObject()).put("extra", 1)
        .put("server", new JsonObject().put("maxInstances", "many"));
    String message = failure(vertx.deployVerticle(verticle, with(config))).getMessage();
    assertTrue(message.contains("server.maxInstances: ") && message.contains("extra: is not known"), message);
    String none = failure(vertx.deployVerticle(verticle)).getMessage();
    assertTrue(none.contains("required property"), none);
    assertNotNull(failure(NamedPipeClient.create(vertx).connect(name)));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
      "bridge   | {'pipe':'//elsewhere/pipe/x'} | pipe: A server can listen on this machine only",
      "bridge   | {'pipe':'a.'} | pipe: Not the name of a pipe",
      "bridge   | {'bridge':{'outboundPermitteds':[{},{'addressRegex':'('}]}} "
          + "| bridge.outboundPermitteds[1].addressRegex is no regular expression",
      "bridge   | {'bridge':{'inboundPermitteds':[{'requiredAuthority':'admin'}]}} "
          + "| bridge.inboundPermitteds[0].requiredAuthority can be checked by nobody",
      "bridge   | {'server':{'securityDescriptor':'nonsense'}} | server.securityDescriptor: listen ",
      "bridge   | {'server':{'securityDescriptor':' '}} | server.securityDescriptor is blank",
      "bridge   | {'server':{'securityPreset':'APP_CONTAINER'}} | server.securityPreset APP_CONTAINER needs",
      "messages | {'messages':{}} | messages: Neither inboundAddress nor outboundAddress",
      "messages | {'pipe':'C:/x','messages':{'inboundAddress':'a'}} | pipe: Not the name of a pipe",
      "messages | {'messages':{'inboundAddress':'a'},'server':{'securityDescriptor':'nonsense'}} "
          + "| server.securityDescriptor: listen ",
  })
  void whatIsFoundOutByListeningIsToldWithItsKeyToo(String schema, String json, String key) throws Exception {
    JsonObject config = new JsonObject().put("pipe", name).mergeIn(new JsonObject(json.replace('\'', '"')));
    Throwable refusal = failure(vertx.deployVerticle(schema.equals("bridge") ? BRIDGE : MESSAGES, with(config)));
    assertInstanceOf(IllegalArgumentException.class, refusal);
    assertTrue(refusal.getMessage().startsWith("The configuration is wrong: " + key), refusal::getMessage);
  }

  @Test
  void aNameThatIsTakenIsNoMistakeOfTheDescriptor() throws Exception {
    await(NamedPipeServer.create(vertx).connectHandler(NamedPipeSocket::close).listen(name));
    Vertx other = Vertx.vertx();
    JsonObject server = new JsonObject().put("securityDescriptor", "D:P(A;;GA;;;WD)");
    JsonObject config = new JsonObject().put("pipe", name).put("server", server);
    assertInstanceOf(BindException.class, failure(other.deployVerticle(BRIDGE, with(config))).getCause());
    await(other.close());
  }

  /** What an application adds: who has which authority, and what it wants to know. */
  private static final class Guarded extends NamedPipeBridgeVerticle {

    private final Box<BridgeEventType> events;

    private Guarded(Box<BridgeEventType> events) {
      this.events = events;
    }

    @Override
    protected void prepare(NamedPipeEventBusBridge bridge) {
      bridge.authorityProvider((socket, authority) -> Future.succeededFuture(authority.equals("member")));
      bridge.bridgeEventHandler(event -> {
        events.put(event.type());
        event.complete(true);
      });
    }
  }

  @Test
  void aSubclassSaysWhoHasWhichAuthorityAndIsToldOfEvents() throws Exception {
    JsonObject rules = new JsonObject().put("inboundPermitteds", List.of(
        new JsonObject().put("address", "open").put("requiredAuthority", "member"),
        new JsonObject().put("address", "closed").put("requiredAuthority", "admin")));
    Box<BridgeEventType> events = new Box<>();
    await(vertx.deployVerticle(() -> new Guarded(events),
        with(new JsonObject().put("pipe", name).put("bridge", rules))));
    vertx.eventBus().consumer("open", message -> message.reply("welcome"));
    NamedPipeSocket socket = connectPaused(NamedPipeClient.create(vertx), name);
    FramePlayer player = new FramePlayer(vertx.eventBus(), socket);
    socket.resume();
    player.send("{'type':'send','address':'open','replyAddress':'r','body':1}");
    assertEquals("welcome", player.take().getString("body"));
    assertEquals(BridgeEventType.SOCKET_CREATED, events.take());
    assertEquals(BridgeEventType.SEND, events.take());
    player.send("{'type':'send','address':'closed','body':1}");
    assertEquals("access_denied", player.take().getString("message"));
  }
}
