// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.bridge.BridgeOptions;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.eventbus.bridge.tcp.TcpEventBusBridge;
import io.vertx.ext.eventbus.bridge.tcp.impl.protocol.FrameHelper;
import io.vertx.ext.eventbus.bridge.tcp.impl.protocol.FrameParser;
import org.junit.jupiter.api.Test;

/** The stock event-bus bridge for TCP, on a pipe as it is. */
class TransportBridgeIT extends TransportRig {

  @Test
  void messagesGoBothWays() throws Exception {
    TcpEventBusBridge bridge = TcpEventBusBridge.create(vertx, new BridgeOptions()
        .addInboundPermitted(new PermittedOptions().setAddress("question"))
        .addOutboundPermitted(new PermittedOptions().setAddress("news")));
    await(bridge.listen(address));
    vertx.eventBus().consumer("question", (Message<JsonObject> message) -> message.reply(
        new JsonObject().put("answer", message.body().getString("text") + "!")));
    NetClient client = vertx.createNetClient();
    NetSocket socket = await(client.connect(address));
    Box<JsonObject> frames = new Box<>();
    socket.handler(new FrameParser(parsed -> frames.put(parsed.result())));

    FrameHelper.sendFrame("send", "question", "reply-1", new JsonObject().put("text", "well"), socket);
    JsonObject reply = frames.take();
    assertEquals("reply-1", reply.getString("address"));
    assertEquals("well!", reply.getJsonObject("body").getString("answer"));

    FrameHelper.sendFrame("register", "news", null, null, socket);
    // Answered in order: after the reply the registration stands.
    FrameHelper.sendFrame("send", "question", "reply-2", new JsonObject().put("text", "now"), socket);
    assertEquals("reply-2", frames.take().getString("address"));
    vertx.eventBus().publish("news", new JsonObject().put("headline", "pipes"));
    assertEquals("pipes", frames.take().getJsonObject("body").getString("headline"));
    await(socket.close());
    await(bridge.close());
  }
}
