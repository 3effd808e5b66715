// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.CloseReason;
import dev.npipe.channel.NamedPipeException;
import dev.npipe.win32.Kernel32;
import dev.npipe.win32.Win32Constants;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handles that were not opened by this library. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class AdoptionIT extends PipeRig {

  private static final int OVERLAPPED = Win32Constants.FILE_FLAG_OVERLAPPED;
  private static final int SYNCHRONOUS = 0;
  private static final int READ_WRITE = 0x12019b;

  private final Box<NamedPipeSocket> accepted = new Box<>();

  private long open(int flags) throws Exception {
    await(NamedPipeServer.create(vertx).connectHandler(socket -> accepted.put(socket.pause())).listen(name));
    long handle = Kernel32.createFile("\\\\.\\pipe\\" + name, READ_WRITE, Win32Constants.OPEN_EXISTING, flags);
    assertTrue(handle > 0);
    return handle;
  }

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
