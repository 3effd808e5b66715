// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.npipe.channel.WaitPolicy;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages to and from programs that others wrote. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MessageInteropIT extends PipeRig {

  private static final String SCRIPT = "src/it/python/messages.py";
  private static final int MAX_MESSAGE_SIZE = 8 * 1024 * 1024;
  private static final String[] SIZES = {"0", "1", "100000", "5000000", "0", "7"};

  private void echoMessages() throws Exception {
    NamedPipeServerOptions options = new NamedPipeServerOptions()
        .setMessageMode(true)
        .setMaxMessageSize(MAX_MESSAGE_SIZE);
    await(NamedPipeServer.create(vertx, options)
        .connectHandler(socket -> socket.messageHandler(socket::writeMessage))
        .listen(name));
  }

  private String[] arguments(String command) {
    String[] arguments = new String[SIZES.length + 2];
    arguments[0] = command;
    arguments[1] = name;
    System.arraycopy(SIZES, 0, arguments, 2, SIZES.length);
    return arguments;
  }

  @Test
  void aClientOfMultiprocessingGetsItsMessagesBack() throws Exception {
    Capability.PYTHON.require();
    echoMessages();
    try (ForeignClient client = Capability.PYTHON.program(SCRIPT, arguments("client"))) {
      assertEquals(SIZES.length + " messages match", client.success());
    }
  }

  @Test
  void aServerOfMultiprocessingSendsOurMessagesBack() throws Exception {
    try (ForeignClient server = Capability.PYTHON.program(SCRIPT, "server", name, "" + SIZES.length)) {
      NamedPipeClientOptions options = new NamedPipeClientOptions()
          .setMessageMode(true)
          .setMaxMessageSize(MAX_MESSAGE_SIZE)
          .setWhenMissing(WaitPolicy.WAIT)
          .setConnectTimeout(Duration.ofSeconds(30));
      NamedPipeSocket socket = await(NamedPipeClient.create(vertx, options).connect(name));
      for (String size : SIZES) {
        Buffer sent = random(Integer.parseInt(size));
        assertEquals(sent, await(socket.request(sent)));
      }
      await(socket.close());
      assertEquals(SIZES.length + " messages sent back", server.success());
    }
  }

  @Test
  void aClientInCGetsItsMessagesBack() throws Exception {
    Capability.C.require();
    echoMessages();
    try (ForeignClient client = Capability.C.program("probe.exe", arguments("messages"))) {
      assertEquals(SIZES.length + " messages match", client.success());
    }
  }
}
