// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.CloseReason;
import dev.npipe.channel.NamedPipeException;
import dev.npipe.win32.Kernel32;
import dev.npipe.win32.NativeMemory;
import dev.npipe.win32.OpenHandle;
import dev.npipe.win32.Win32Constants;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handles that were not opened by this library. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class AdoptionIT extends AdoptionRig {

  private static final int PIPE_ACCESS_OUTBOUND = 2;

  @ParameterizedTest
  @ValueSource(ints = {OVERLAPPED, SYNCHRONOUS})
  void anAdoptedHandleCarriesBothWaysAtOnce(int flags) throws Exception {
    NamedPipeSocket adopted = await(NamedPipes.adopt(vertx, open(flags)));
    NamedPipeSocket server = accepted.take();
    Box<Buffer> atServer = read(server);
    Box<Buffer> atClient = read(adopted);
    // The adopted end waits in its read when it is to write.
    for (int round = 0; round < 20; round++) {
      await(adopted.write("question"));
      assertEquals("question", Box.bytes(atServer, 8).toString());
      await(server.write("answer"));
      assertEquals("answer", Box.bytes(atClient, 6).toString());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {OVERLAPPED, SYNCHRONOUS})
  void muchArrivesWhole(int flags) throws Exception {
    NamedPipeSocket adopted = await(NamedPipes.adopt(vertx, open(flags)));
    NamedPipeSocket server = accepted.take();
    Buffer much = random(3_000_000);
    Box<Buffer> atServer = read(server);
    adopted.write(much);
    assertEquals(much, Box.bytes(atServer, much.length()));
    Box<Buffer> atClient = read(adopted);
    server.write(much);
    assertEquals(much, Box.bytes(atClient, much.length()));
  }

  @ParameterizedTest
  @ValueSource(ints = {OVERLAPPED, SYNCHRONOUS})
  void theEndOfThePeerIsTheEnd(int flags) throws Exception {
    NamedPipeSocket adopted = await(NamedPipes.adopt(vertx, open(flags)));
    Box<CloseReason> closed = new Box<>();
    adopted.closeHandler(end -> closed.put(adopted.closeReason()));
    adopted.resume();
    await(accepted.take().close());
    assertEquals(CloseReason.PEER_CLOSED, closed.take());
  }

  @ParameterizedTest
  @ValueSource(ints = {OVERLAPPED, SYNCHRONOUS})
  void itsCloseClosesTheHandleThoughAReadWaits(int flags) throws Exception {
    NamedPipeSocket adopted = await(NamedPipes.adopt(vertx, open(flags)));
    NamedPipeSocket server = accepted.take();
    Box<CloseReason> closed = new Box<>();
    server.closeHandler(end -> closed.put(server.closeReason()));
    server.resume();
    adopted.resume();
    await(adopted.close());
    assertEquals(CloseReason.PEER_CLOSED, closed.take());
  }

  @Test
  void itKnowsItsNameAndItsPeer() throws Exception {
    NamedPipeSocket adopted = await(NamedPipes.adopt(vertx, open(SYNCHRONOUS)));
    assertTrue(adopted.path().toLowerCase().endsWith(name) || adopted.path().contains("handle-0x"), adopted.path());
    assertEquals(ProcessHandle.current().pid(), adopted.peerProcessId());
  }

  @ParameterizedTest
  @ValueSource(ints = {OVERLAPPED, SYNCHRONOUS})
  void aFlushCompletesWhenThePeerHasReadThoughAReadWaits(int flags) throws Exception {
    // A peer that reads when the test does.
    long server = Kernel32.createNamedPipe(path(), Win32Constants.PIPE_ACCESS_DUPLEX, 0, 1, 4_096, 4_096, 0, 0);
    NamedPipeSocket adopted = await(NamedPipes.adopt(vertx,
        Kernel32.createFile(path(), READ_WRITE, Win32Constants.OPEN_EXISTING, flags)));
    Box<Buffer> atClient = read(adopted);
    await(adopted.write("unread"));
    Future<Void> impatient = adopted.flush(Duration.ofMillis(50));
    assertEquals("WAIT_TIMEOUT", assertInstanceOf(NamedPipeException.class, failure(impatient)).errorName());
    Future<Void> flushed = adopted.flush();
    await(adopted.write("meanwhile"));
    assertFalse(flushed.isComplete());
    ByteBuffer memory = ByteBuffer.allocateDirect(64);
    assertEquals(15, OpenHandle.read(server, NativeMemory.addressOf(memory), 64));
    await(flushed);
    assertEquals(6, OpenHandle.write(server, NativeMemory.addressOf(memory), 6));
    assertEquals("unread", Box.bytes(atClient, 6).toString());
    Kernel32.CloseHandle(server);
  }

  @Test
  void whoThePeerIsIsAskedWhileAReadWaits() throws Exception {
    NamedPipeSocket adopted = await(NamedPipes.adopt(vertx, open(SYNCHRONOUS)));
    NamedPipeSocket server = accepted.take();
    Box<Buffer> atClient = read(adopted);
    for (int i = 0; i < 20; i++) {
      assertEquals(ProcessHandle.current().pid(), await(adopted.peer()).processId().orElseThrow());
      await(server.write("answer"));
      assertEquals("answer", Box.bytes(atClient, 6).toString());
    }
  }

  private static long threadsThatWrite() {
    return Thread.getAllStackTraces().values().stream()
        .filter(stack -> stack.length > 0 && stack[0].getMethodName().equals("WriteFile")).count();
  }

  @Test
  void questionsThatWaitForAStalledWriteKeepNobodyElseWaiting() throws Exception {
    List<Future<?>> waiting = new ArrayList<>();
    NamedPipeServer server = await(NamedPipeServer.create(vertx)
        .connectHandler(socket -> accepted.put(socket.pause())).listen(name));
    for (int i = 0; i < 6; i++) {
      long handle = Kernel32.createFile(path(), READ_WRITE, Win32Constants.OPEN_EXISTING, SYNCHRONOUS);
      NamedPipeSocket adopted = await(NamedPipes.adopt(vertx, handle));
      accepted.take();
      adopted.write(random(3_000_000));
      long stalled = i + 1;
      assertEquals(stalled, Settling.settled(AdoptionIT::threadsThatWrite, threads -> threads == stalled));
      waiting.add(adopted.peer());
    }
    NamedPipeSocket other = await(NamedPipeClient.create(vertx).connect(name));
    assertEquals(ProcessHandle.current().pid(), await(other.peer()).processId().orElseThrow());
    await(server.close());
    for (Future<?> question : waiting) {
      failure(question);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {OVERLAPPED, SYNCHRONOUS})
  void aServersEndThatOnlyWritesIsAdopted(int flags) throws Exception {
    long handle = Kernel32.createNamedPipe(path(), PIPE_ACCESS_OUTBOUND | flags, 0, 1, 4_096, 4_096, 0, 0);
    long reader = Kernel32.createFile(path(), Win32Constants.FILE_GENERIC_READ,
        Win32Constants.OPEN_EXISTING, OVERLAPPED);
    assertTrue(handle > 0 && reader > 0);
    NamedPipeSocket writer = await(NamedPipes.adopt(vertx, handle));
    Box<CloseReason> closed = new Box<>();
    writer.closeHandler(end -> closed.put(writer.closeReason()));
    NamedPipeSocket client = await(NamedPipes.adopt(vertx, reader));
    Box<Buffer> atClient = read(client);
    await(writer.write("one way"));
    assertEquals("one way", Box.bytes(atClient, 7).toString());
    // Without the right to read attributes nobody knows whether the peer was there to read.
    NamedPipeException unknown = assertInstanceOf(NamedPipeException.class, failure(writer.flush()));
    assertEquals("flush", unknown.operation());
    assertTrue(unknown.getMessage().contains("FILE_READ_ATTRIBUTES"), unknown.getMessage());
    await(client.close());
    // It cannot read, so nothing but a write shows it.
    assertInstanceOf(IOException.class, failure(writer.write("nobody is there")));
    assertEquals(CloseReason.PEER_CLOSED, closed.take());
  }

  @ParameterizedTest
  @ValueSource(ints = {OVERLAPPED, SYNCHRONOUS})
  void anAbortOfAnAdoptedServersEndDiscardsThoughAReadWaits(int flags) throws Exception {
    long handle = Kernel32.createNamedPipe(path(), Win32Constants.PIPE_ACCESS_DUPLEX | flags, 0, 1, 4_096,
        4_096, 0, 0);
    NamedPipeSocket client = await(NamedPipeClient.create(vertx).connect(name));
    Box<CloseReason> closed = new Box<>();
    client.closeHandler(end -> closed.put(client.closeReason()));
    NamedPipeSocket server = await(NamedPipes.adopt(vertx, handle));
    server.resume();
    await(server.write("first"));
    await(server.abort());
    assertEquals(CloseReason.PEER_DISCONNECTED, closed.take());
  }

  @Test
  void whatIsNoPipeIsRefusedAndLeftToTheCaller(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "text");
    long handle = Kernel32.createFile(file.toString(), 0x120089, Win32Constants.OPEN_EXISTING, 0);
    assertTrue(handle > 0);
    NamedPipeException refusal = assertInstanceOf(NamedPipeException.class, failure(NamedPipes.adopt(vertx, handle)));
    assertEquals("adopt", refusal.operation());
    assertEquals("ERROR_BAD_PIPE", refusal.errorName());
    assertEquals(1, Kernel32.CloseHandle(handle));
  }

  @Test
  void aHandleThatIsNoneIsRefused() throws Exception {
    assertInstanceOf(NamedPipeException.class, failure(NamedPipes.adopt(vertx, 0x7ffffff0L)));
  }

  @ParameterizedTest
  @ValueSource(ints = {OVERLAPPED, SYNCHRONOUS})
  void anAdoptedSocketIsClosedWithItsVerticle(int flags) throws Exception {
    long handle = open(flags);
    Box<NamedPipeSocket> adopted = new Box<>();
    String id = await(vertx.deployVerticle(new VerticleBase() {
      @Override
      public Future<?> start() {
        return NamedPipes.adopt(vertx, handle).onSuccess(adopted::put);
      }
    }));
    Box<CloseReason> closed = closed(accepted.take());
    assertNull(adopted.take().closeReason());
    await(vertx.undeploy(id));
    assertEquals(CloseReason.PEER_CLOSED, closed.take());
  }

  @ParameterizedTest
  @ValueSource(ints = {OVERLAPPED, SYNCHRONOUS})
  void whatIsAdoptedForAVerticleThatIsUndeployedMeanwhileIsClosed(int flags) throws Exception {
    long handle = open(flags);
    Box<Context> contexts = new Box<>();
    String id = await(vertx.deployVerticle(new VerticleBase() {
      @Override
      public Future<?> start() {
        contexts.put(context);
        return Future.succeededFuture();
      }
    }));
    await(vertx.undeploy(id));
    Box<CloseReason> closed = closed(accepted.take());
    Promise<NamedPipeSocket> adopted = Promise.promise();
    contexts.take().runOnContext(late -> NamedPipes.adopt(vertx, handle).onComplete(adopted));
    assertInstanceOf(IllegalStateException.class, failure(adopted.future()));
    assertEquals(CloseReason.PEER_CLOSED, closed.take());
  }

  private static Box<CloseReason> closed(NamedPipeSocket socket) {
    Box<CloseReason> closed = new Box<>();
    socket.closeHandler(end -> closed.put(socket.closeReason())).resume();
    return closed;
  }
}
