// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code java -jar} does, in a JVM of its own. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RunnableJarIT extends PipeRig {

  private static Path jar() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      return files.filter(file -> file.toString().endsWith("-app.jar")).findFirst().orElseThrow();
    }
  }

  private ForeignClient run(JsonObject config, String... arguments) throws IOException {
    return run(List.of(), config, arguments);
  }

  private ForeignClient run(List<String> ofJvm, JsonObject config, String... arguments) throws IOException {
    Path file = Path.of("target", name + ".json");
    Files.writeString(file, config.encodePrettily());
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-Djna.nosys=true",
        "-Djava.net.preferIPv4Stack=true"));
    command.addAll(ofJvm);
    command.addAll(List.of("-jar", jar().toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("-conf", file.toString()));
    return ForeignClient.start(new ProcessBuilder(command).redirectErrorStream(true));
  }

  private static JsonObject conf(String file) throws IOException {
    return new JsonObject(Files.readString(Path.of("conf", file)));
  }

  @Test
  void theJarServesTheEventBusByItself() throws Exception {
    try (ForeignClient service = run(conf("bridge.json").put("pipe", name), "-instances", "2")) {
      await(Capability.listening(vertx, name));
      NamedPipeClient client = NamedPipeClient.create(vertx);
      NamedPipeSocket socket = connectPaused(client, name);
      FramePlayer player = new FramePlayer(vertx.eventBus(), socket);
      socket.resume();
      player.send("{'type':'register','address':'chat.room'}");
      player.send("{'type':'publish','address':'chat.room','body':1}");
      assertEquals(1, player.take().getInteger("body"));
      service.kill();
      player.takeEnd();
    }
  }

  @Test
  void theEventLoopsOfTheJarWaitForItsPipesThemselves() throws Exception {
    // Which classes it takes tells who polls.
    List<String> telling = List.of("-Xlog:class+load:stdout");
    try (ForeignClient service = run(telling, conf("bridge.json").put("pipe", name))) {
      await(Capability.listening(vertx, name));
      NamedPipeSocket socket = connectPaused(NamedPipeClient.create(vertx), name);
      FramePlayer player = new FramePlayer(vertx.eventBus(), socket);
      socket.resume();
      player.send("{'type':'ping'}");
      assertEquals("pong", player.take().getString("type"));
      service.kill();
      String loaded = service.output();
      assertTrue(loaded.contains("dev.npipe.iocp.LoopPort "), "no event loop waits at a port");
      // It is always there; what its thread runs is loaded with the first handle that it waits for.
      assertFalse(loaded.contains("dev.npipe.iocp.SharedPoller$$Lambda"), "the shared poller waits");
    }
  }

  @Test
  void theJarRunsTheVerticleThatIsNamed() throws Exception {
    JsonObject config = conf("messages.json").put("pipe", name);
    try (ForeignClient service = run(config, "dev.npipe.verticle.NamedPipeVerticle")) {
      await(Capability.listening(vertx, name));
      NamedPipeClient client = NamedPipeClient.create(vertx, new NamedPipeClientOptions().setMessageMode(true));
      Buffer answer = await(client.connect(name).compose(socket -> socket.request(Buffer.buffer("{}"))));
      assertEquals("NO_HANDLERS", answer.toJsonObject().getString("failureType"));
      service.kill();
    }
  }

  @Test
  void aMistakeInTheFileEndsTheJarNamingTheKey() throws Exception {
    try (ForeignClient service = run(new JsonObject().put("pipe", name).put("bridges", new JsonObject()))) {
      assertNotEquals(0, service.exitCode());
      String output = service.output();
      assertTrue(output.contains("bridges: is not known"), output);
    }
  }
}
