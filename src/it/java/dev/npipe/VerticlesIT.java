// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
    JsonObject config = conf(file.getFileName().toString());
    String verticle = config.containsKey("bridge") ? BRIDGE : MESSAGES;
    NamedPipeClient client = NamedPipeClient.create(vertx);
    String id = await(vertx.deployVerticle(verticle, with(config)));
    await(client.connect(config.getString("pipe")).compose(NamedPipeSocket::close));
    await(vertx.undeploy(id));
    assertNotNull(failure(client.connect(config.getString("pipe"))));
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

  @Test
  void whatCanNotBeListenedOnFailsTheDeployment() throws Exception {
    assertTrue(failure(vertx.deployVerticle(BRIDGE, with(new JsonObject().put("pipe", "\\\\elsewhere\\pipe\\x"))))
        instanceof IllegalArgumentException);
    JsonObject rule = new JsonObject().put("address", "a").put("requiredAuthority", "admin");
    JsonObject rules = new JsonObject().put("inboundPermitteds", List.of(rule));
    JsonObject config = new JsonObject().put("pipe", name).put("bridge", rules);
    String refusal = failure(vertx.deployVerticle(BRIDGE, with(config))).getMessage();
    assertTrue(refusal.contains("authorityProvider"), refusal);
  }
}
