// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.NamedPipeException;
import dev.npipe.win32.AnonymousPipe;
import dev.npipe.win32.Kernel32;
import dev.npipe.win32.Win32Constants;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handles of message pipes that were not opened by this library. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MessageAdoptionIT extends AdoptionRig {

  /** A server's end that another library might have made, and that reads messages from the start. */
  private long messageServer(int flags) {
    long handle = Kernel32.createNamedPipe(path(), Win32Constants.PIPE_ACCESS_DUPLEX | flags,
        Win32Constants.PIPE_TYPE_MESSAGE | Win32Constants.PIPE_READMODE_MESSAGE, 1, 65_536, 65_536, 0, 0);
    assertTrue(handle > 0);
    return handle;
  }

  private static Box<Buffer> messages(NamedPipeSocket socket) {
    Box<Buffer> messages = new Box<>();
    socket.messageHandler(messages::put);
    socket.resume();
    return messages;
  }

  private static void exchangeMessages(NamedPipeSocket one, NamedPipeSocket other, Buffer sentBefore) throws Exception {
    Box<Buffer> atOne = messages(one);
    assertEquals(sentBefore, atOne.take());
    Box<Buffer> atOther = messages(other);
    one.writeMessage(Buffer.buffer("one"));
    one.writeMessage(Buffer.buffer());
    one.writeMessage(random(300_000));
    assertEquals("one", atOther.take().toString());
    assertEquals(0, atOther.take().length());
    assertEquals(random(300_000), atOther.take());
    other.writeMessage(random(100_000));
    other.writeMessage(Buffer.buffer("two"));
    assertEquals(random(100_000), atOne.take());
    assertEquals("two", atOne.take().toString());
  }

  @ParameterizedTest
  @ValueSource(ints = {OVERLAPPED, SYNCHRONOUS})
  void anEndThatDidNotWaitDoesAndReadsMessagesAsBefore(int flags) throws Exception {
    long handle = messageServer(flags);
    NamedPipeSocket client = await(NamedPipeClient.create(vertx, new NamedPipeClientOptions().setMessageMode(true))
        .connect(name).map(NamedPipeSocket::pause));
    AnonymousPipe.doNotWait(handle, true);
    NamedPipeSocket adopted = await(NamedPipes.adopt(vertx, handle));
    assertTrue(adopted.isMessageMode());
    adopted.pause();
    await(client.writeMessage(Buffer.buffer("before")));
    exchangeMessages(adopted, client, Buffer.buffer("before"));
  }

  @ParameterizedTest
  @ValueSource(ints = {OVERLAPPED, SYNCHRONOUS})
  void anAdoptedServersEndThatReadsMessagesCarriesThemWhole(int flags) throws Exception {
    long handle = messageServer(flags);
    NamedPipeSocket client = await(NamedPipeClient.create(vertx, new NamedPipeClientOptions().setMessageMode(true))
        .connect(name).map(NamedPipeSocket::pause));
    // More than the first read takes, and there before anybody reads.
    await(client.writeMessage(random(5_000)));
    NamedPipeSocket adopted = await(NamedPipes.adopt(vertx, handle));
    assertTrue(adopted.isMessageMode());
    exchangeMessages(adopted, client, random(5_000));
  }

  @ParameterizedTest
  @ValueSource(ints = {OVERLAPPED, SYNCHRONOUS})
  void anAdoptedClientsEndIsSwitchedToMessagesForWhoAsksForThem(int flags) throws Exception {
    await(NamedPipeServer.create(vertx, new NamedPipeServerOptions().setMessageMode(true))
        .connectHandler(socket -> accepted.put(socket.pause())).listen(name));
    long handle = Kernel32.createFile(path(), READ_WRITE, Win32Constants.OPEN_EXISTING, flags);
    NamedPipeSocket server = accepted.take();
    await(server.writeMessage(random(5_000)));
    NamedPipeSocket adopted =
        await(NamedPipes.adopt(vertx, handle, new NamedPipeClientOptions().setMessageMode(true)));
    assertTrue(adopted.isMessageMode());
    exchangeMessages(adopted, server, random(5_000));
  }

  @Test
  void messagesOfAPipeOfBytesAreRefusedAndTheHandleStaysWithTheCaller() throws Exception {
    long handle = open(OVERLAPPED);
    Throwable refused = failure(NamedPipes.adopt(vertx, handle, new NamedPipeClientOptions().setMessageMode(true)));
    assertEquals("ERROR_INVALID_PARAMETER", assertInstanceOf(NamedPipeException.class, refused).errorName());
    await(await(NamedPipes.adopt(vertx, handle)).write("as bytes"));
    assertEquals("as bytes", Box.bytes(read(accepted.take()), 8).toString());
  }
}
