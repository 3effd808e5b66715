// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.eventbus.NamedPipeEventBusBridge;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.bridge.BaseBridgeEvent;
import io.vertx.ext.bridge.BridgeEventType;
import io.vertx.ext.bridge.BridgeOptions;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.eventbus.bridge.tcp.TcpEventBusBridge;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same frames, played at the TCP bridge and at the bridge over the pipe. */
class EventBusBridgeDifferenceIT extends PipeRig {

  private static final int TCP_SILENCE_MILLIS = 400;

  // A bus for each bridge: what one of them has registered is not in the way of the other.
  private final Vertx tcpVertx = Vertx.vertx();
  private final NetClient tcpClient = tcpVertx.createNetClient();
  private final NamedPipeClient pipeClient = NamedPipeClient.create(vertx);
  private int port;

  static BridgeOptions options() {
    return new BridgeOptions()
        .addInboundPermitted(new PermittedOptions().setAddressRegex("hello|echo|test|void|fail|blocked|headers|big"))
        .addInboundPermitted(new PermittedOptions().setAddressRegex("free\\..*|__vertx.*"))
        .addInboundPermitted(new PermittedOptions().setAddress("matched").setMatch(new JsonObject().put("k", 1)))
        .addOutboundPermitted(new PermittedOptions().setAddressRegex("echo|test|ping|blocked|told"));
  }

  private static void handle(EventBus bus, BaseBridgeEvent event) {
    boolean known = event.type() != BridgeEventType.SOCKET_CREATED && event.getRawMessage() != null;
    if (known && event.type() == BridgeEventType.REGISTERED
        && "told".equals(event.getRawMessage().getString("address"))) {
      bus.send("told", "registered");
    }
    event.complete(!known || !"blocked".equals(event.getRawMessage().getString("address")));
  }

  private static void consume(EventBus bus) {
    bus.consumer("hello", (Message<JsonObject> message) -> message.reply(
        new JsonObject().put("value", "Hello " + message.body().getString("value"))));
    bus.consumer("echo", (Message<Object> message) -> message.reply(message.body()));
    bus.consumer("fail", (Message<Object> message) -> message.fail(7, "oops!"));
    bus.consumer("void", (Message<Object> message) -> { });
    bus.consumer("matched", (Message<Object> message) -> message.reply("got it"));
    bus.consumer("headers", (Message<Object> message) -> {
      JsonObject headers = new JsonObject();
      message.headers().forEach((key, value) -> headers.put(key, value));
      message.reply(headers);
    });
  }

  @AfterEach
  void closeTheOtherVertx() throws Exception {
    await(tcpVertx.close());
  }

  @BeforeEach
  void listen() throws Exception {
    EventBus tcpBus = tcpVertx.eventBus();
    EventBus pipeBus = vertx.eventBus();
    consume(tcpBus);
    consume(pipeBus);
    // That bridge does not say which port it was given, so it has to be told one.
    port = FreePort.next();
    await(TcpEventBusBridge.create(tcpVertx, options(), new NetServerOptions(), event -> handle(tcpBus, event))
        .listen(port, "127.0.0.1"));
    await(NamedPipeEventBusBridge.create(vertx, options()).bridgeEventHandler(event -> handle(pipeBus, event))
        .listen(name));
  }

  private List<String> overTcp(BridgeScript script) throws Exception {
    NetSocket socket = await(tcpClient.connect(SocketAddress.inetSocketAddress(port, "127.0.0.1")));
    FramePlayer player = new FramePlayer(tcpVertx.eventBus(), socket, TCP_SILENCE_MILLIS);
    script.play(player);
    await(socket.close());
    return player.transcript();
  }

  private List<String> overThePipe(BridgeScript script) throws Exception {
    NamedPipeSocket socket = connectPaused(pipeClient, name);
    FramePlayer player = new FramePlayer(vertx.eventBus(), socket);
    socket.resume();
    script.play(player);
    await(socket.close());
    return player.transcript();
  }

  static Stream<BridgeScript> sameAnswers() {
    return BridgeScript.SAME.stream();
  }

  @ParameterizedTest
  @MethodSource("sameAnswers")
  void bothBridgesAnswerTheSameByteForByte(BridgeScript script) throws Exception {
    List<String> tcp = overTcp(script);
    assertEquals(tcp, overThePipe(script));
    assertTrue(!tcp.isEmpty(), "the script proves nothing");
  }

  static Stream<BridgeScript> differences() {
    return BridgeScript.DIFFERENT.stream();
  }

  @ParameterizedTest
  @MethodSource("differences")
  void whereTheyDifferTheDocumentSaysSo(BridgeScript script) throws Exception {
    List<String> tcp = overTcp(script);
    List<String> pipe = overThePipe(script);
    assertNotEquals(tcp, pipe);
    assertEquals(script.expected(), pipe);
    String document = Files.readString(Path.of("docs/bridge.md"));
    assertTrue(document.contains("| " + script.name() + " |"), () -> "docs/bridge.md does not list: " + script);
  }

  @Test
  void theDocumentListsNoDifferenceThatIsNotProven() throws Exception {
    String document = Files.readString(Path.of("docs/bridge.md"));
    String table = document.substring(document.indexOf("| what a client does |"), document.indexOf("<!-- end -->"));
    assertEquals(BridgeScript.DIFFERENT.size(), table.lines().filter(line -> line.startsWith("| ")).count() - 1);
  }

  @Test
  void aRequestOfTheOtherSideIsAnsweredByOneConnectionOnly() throws Exception {
    List<String> answers = overThePipe(BridgeScript.same("a spoofed answer", player -> {
      player.send("{'type':'register','address':'test'}").settle();
      Future<Message<Object>> asked = player.bus.request("test", "?");
      String reply = player.take().getString("replyAddress");
      NamedPipeSocket other = connectPaused(pipeClient, name);
      FramePlayer spoofer = new FramePlayer(vertx.eventBus(), other);
      other.resume();
      spoofer.send("{'type':'send','address':'" + reply + "','body':'spoofed'}");
      player.note(spoofer.take().getString("message"));
      player.send("{'type':'send','address':'" + reply + "','body':'genuine'}");
      player.note(await(asked).body());
    }));
    assertEquals(List.of("access_denied", "genuine"), answers.subList(2, 4));
  }

  /** Bus side of a script: the next message at an address. */
  static Box<Message<Object>> consume(FramePlayer player, String address) {
    Box<Message<Object>> box = new Box<>();
    MessageConsumer<Object> consumer = player.bus.consumer(address);
    consumer.handler(message -> {
      box.put(message);
      consumer.unregister();
    });
    return box;
  }

  static Buffer raw(int length, String content) {
    return Buffer.buffer().appendInt(length).appendString(content);
  }
}
