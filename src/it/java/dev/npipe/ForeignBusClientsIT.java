// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.npipe.eventbus.NamedPipeBridgeOptions;
import dev.npipe.eventbus.NamedPipeEventBusBridge;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.bridge.BridgeEventType;
import io.vertx.ext.bridge.PermittedOptions;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that others wrote for the TCP bridge, as they are. */
class ForeignBusClientsIT extends PipeRig {

  private final Queue<NamedPipeSocket> sockets = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void listen() throws Exception {
    vertx.eventBus().consumer("echo", message ->
        message.reply(message.body(), new DeliveryOptions().setHeaders(message.headers())));
    vertx.eventBus().consumer("fail", message -> message.fail(7, "on purpose"));
    vertx.eventBus().consumer("ask.me", message -> vertx.eventBus().request((String) message.body(), "you")
        .onComplete(answer -> message.reply(answer.body()), failure -> message.fail(8, failure.getMessage())));
    vertx.eventBus().consumer("disconnect", message -> {
      while (!sockets.isEmpty()) {
        sockets.poll().close();
      }
    });
    NamedPipeBridgeOptions options = new NamedPipeBridgeOptions()
        .addInboundPermitted(new PermittedOptions())
        .addOutboundPermitted(new PermittedOptions());
    await(NamedPipeEventBusBridge.create(vertx, options).bridgeEventHandler(event -> {
      if (event.type() == BridgeEventType.SOCKET_CREATED) {
        sockets.add(event.socket());
      }
      event.complete(true);
    }).listen(name));
  }

  @Test
  void thePackageForNodeDoesAllItCan() throws Exception {
    Capability.NODE.require();
    Capability.requireNodeModules();
    try (ForeignClient node = Capability.NODE.script("src/it/node/eventbus.js", "\\\\.\\pipe\\" + name)) {
      assertEquals(List.of("request-reply", "error reply", "register and publish", "answer", "200 kB", "reconnect"),
          node.success().lines().toList());
    }
  }

  @Test
  void theModuleForPythonDoesAllItCanThroughARelay() throws Exception {
    Capability.PYTHON.require();
    Capability.requirePythonEventBus();
    NamedPipeClient pipes = NamedPipeClient.create(vertx);
    NetServer relay = await(vertx.createNetServer().connectHandler(tcp -> relay(pipes, tcp)).listen(0, "127.0.0.1"));
    try (ForeignClient python = Capability.PYTHON.script("src/it/python/eventbus.py", "" + relay.actualPort())) {
      assertEquals(List.of("request-reply", "error reply", "register and publish", "200 kB", "reconnect"),
          python.success().lines().toList());
    }
  }

  private void relay(NamedPipeClient pipes, NetSocket tcp) {
    tcp.pause();
    pipes.connect(name).onComplete(pipe -> {
      tcp.pipeTo(pipe);
      pipe.pipeTo(tcp);
    }, failure -> tcp.close());
  }
}
