// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.npipe.eventbus.NamedPipeEventBusBridge;
import dev.npipe.examples.GuideExamples;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.BridgeOptions;
import java.io.PrintStream;
import java.util.Collections;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The guide's examples do what the guide says. */
class GuideExamplesIT extends PipeRig {

  @Test
  void theFirstPagesExampleSaysHelloToItself() throws Exception {
    Box<String> printed = new Box<>();
    PrintStream out = System.out;
    System.setOut(new PrintStream(out, true) {
      @Override
      public void println(String line) {
        printed.put(line);
      }
    });
    try {
      GuideExamples.hello(vertx);
      assertEquals("got hello", printed.take());
    } finally {
      System.setOut(out);
    }
  }

  @Test
  void theEchoServerAnswersTheClientThatAsks() throws Exception {
    await(GuideExamples.echoServer(vertx, name));
    NamedPipeClient client = NamedPipeClient.create(vertx);
    assertEquals("how are you?", await(GuideExamples.ask(client, name, "how are you?")));
  }

  @Test
  void thePatientClientWaitsForItsServer() throws Exception {
    NamedPipeClient client = GuideExamples.patientClient(vertx);
    var answer = GuideExamples.ask(client, name, "early");
    await(GuideExamples.echoServer(vertx, name));
    assertEquals("early", await(answer));
  }

  @Test
  void everythingSentToASlowConsumerArrives() throws Exception {
    String line = "a line ".repeat(200);
    Buffer received = Buffer.buffer();
    Box<String> end = new Box<>();
    await(NamedPipeServer.create(vertx).connectHandler(socket -> {
      socket.handler(received::appendBuffer);
      socket.endHandler(ended -> end.put("ended"));
    }).listen(name));
    NamedPipeClient client = NamedPipeClient.create(vertx);
    await(client.connect(name).onSuccess(socket ->
        GuideExamples.sendMuch(socket, Collections.nCopies(2_000, line))));
    assertEquals("ended", end.take());
    assertEquals(2_000 * (line.length() + 1), received.length());
  }

  @Test
  void theServerWithOptionsAndTheVerticleGreet() throws Exception {
    await(GuideExamples.openToAllWhoHaveLoggedOn(vertx, name));
    assertEquals("hello\n", greeting(name));
    String other = name + "-verticle";
    await(vertx.deployVerticle(new GuideExamples.Greeter(),
        new DeploymentOptions().setConfig(new JsonObject().put("pipe", other))));
    assertEquals("hello\n", greeting(other));
  }

  @Test
  void theCalculatorAnswersEachMessage() throws Exception {
    await(GuideExamples.calculator(vertx, name));
    NamedPipeClient client = GuideExamples.messageClient(vertx);
    assertEquals("144", await(GuideExamples.square(client, name, 12)));
    assertEquals("169", await(GuideExamples.square(client, name, 13)));
  }

  @Test
  void thePairEchoes() throws Exception {
    assertEquals("between us", await(GuideExamples.echoOnce(vertx, "between us")).toString());
  }

  @Test
  void theBridgeLetsAClientAskTheBus() throws Exception {
    vertx.eventBus().consumer("greetings", message -> message.reply("hello"));
    NamedPipeEventBusBridge bridge = await(GuideExamples.bridge(vertx));
    NamedPipeClient client = NamedPipeClient.create(vertx);
    FramePlayer player = new FramePlayer(vertx.eventBus(), await(client.connect("bus")));
    player.send("{'type':'send','address':'greetings','replyAddress':'r'}");
    assertEquals("hello", player.take().getString("body"));
    await(bridge.close());
  }

  @Test
  void theBridgeForMembersLetsThemInAndNobodyElse() throws Exception {
    NamedPipeClient client = NamedPipeClient.create(vertx);
    for (boolean member : new boolean[] {true, false}) {
      Pair pair = pair();
      String user = await(pair.serverEnd.peer()).userSid().orElseThrow();
      await(pair.server.close());
      NamedPipeEventBusBridge bridge = await(GuideExamples.members(vertx, new BridgeOptions(),
          Set.of(member ? user : "S-1-5-7")));
      NamedPipeSocket socket = connectPaused(client, "members");
      FramePlayer player = new FramePlayer(vertx.eventBus(), socket);
      socket.resume();
      player.send("{'type':'ping'}");
      assertEquals(member ? "pong" : "err", player.take().getString("type"));
      await(bridge.close());
    }
  }

  @Test
  void theBridgeForMessagesAnswersAnOrder() throws Exception {
    vertx.eventBus().consumer("orders", order -> order.reply("taken " + order.body()));
    await(GuideExamples.messageBridge(vertx));
    NamedPipeClient client = NamedPipeClient.create(vertx, new NamedPipeClientOptions().setMessageMode(true));
    assertEquals("taken {\"n\":1}",
        await(client.connect("messages").compose(socket -> socket.request(Buffer.buffer("{\"n\":1}")))).toString());
  }

  private String greeting(String pipe) throws Exception {
    NamedPipeClient client = NamedPipeClient.create(vertx);
    Box<String> heard = new Box<>();
    Buffer all = Buffer.buffer();
    // On a context, as in a verticle: from here the handlers could come after the greeting.
    vertx.runOnContext(here -> client.connect(pipe).onSuccess(socket -> {
      socket.handler(all::appendBuffer);
      socket.endHandler(ended -> heard.put(all.toString()));
    }).onFailure(failure -> heard.put(failure.toString())));
    return heard.take();
  }
}
