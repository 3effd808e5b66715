// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.npipe.channel.CloseReason;
import dev.npipe.channel.WaitPolicy;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
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
  private static final int FLOOD_SIZE = 5_000_000;

  private final Box<CloseReason> closed = new Box<>();
  private final Box<Throwable> errors = new Box<>();

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

  /** A server in message mode, for a client in C that writes large messages until it is killed. */
  private Box<NamedPipeSocket> listenForMessages() throws Exception {
    Capability.C.require();
    Box<NamedPipeSocket> accepted = new Box<>();
    NamedPipeServerOptions options = new NamedPipeServerOptions().setMessageMode(true)
        .setMaxMessageSize(MAX_MESSAGE_SIZE);
    await(NamedPipeServer.create(vertx, options).connectHandler(socket -> {
      socket.exceptionHandler(errors::put);
      socket.closeHandler(end -> closed.put(socket.closeReason()));
      accepted.put(socket.pause());
    }).listen(name));
    return accepted;
  }

  @Test
  void halfAMessageOfAClientThatIsKilledIsNotDelivered() throws Exception {
    Box<NamedPipeSocket> accepted = listenForMessages();
    Box<Integer> sizes = new Box<>();
    try (ForeignClient victim = Capability.victim("flood", name, "" + FLOOD_SIZE)) {
      NamedPipeSocket socket = accepted.take();
      socket.messageHandler(message -> sizes.put(message.length()));
      socket.fetch(1);
      assertEquals(FLOOD_SIZE, sizes.take());
      // More than the pipe holds is on its way, and nobody has asked for it.
      victim.kill();
      socket.resume();
      assertEquals(CloseReason.PEER_CLOSED, closed.take());
      while (sizes.size() > 0) {
        assertEquals(FLOOD_SIZE, sizes.take());
      }
      assertEquals(0, errors.size());
    }
  }

  @Test
  void aRequestWhoseAnswerIsCutOffByADeathFails() throws Exception {
    Box<NamedPipeSocket> accepted = listenForMessages();
    try (ForeignClient victim = Capability.victim("flood", name, "" + FLOOD_SIZE)) {
      NamedPipeSocket socket = accepted.take();
      Future<Buffer> answer = socket.request(Buffer.buffer("the first"));
      assertEquals(FLOOD_SIZE, await(answer).length());
      Future<Void> killed = vertx.executeBlocking(() -> {
        victim.kill();
        return null;
      });
      while (failure(answer) == null) {
        assertEquals(FLOOD_SIZE, await(answer).length());
        answer = socket.request(Buffer.buffer("another"));
      }
      assertInstanceOf(IOException.class, failure(answer));
      assertEquals(CloseReason.PEER_CLOSED, closed.take());
      await(killed);
    }
  }
}
