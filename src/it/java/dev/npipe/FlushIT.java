// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.CloseReason;
import dev.npipe.channel.NamedPipeException;
import dev.npipe.channel.ZeroLengthMessages;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** To know that the peer has read everything, without a thread of the event loop waiting for it. */
class FlushIT extends PipeRig {

  private static String errorOf(Future<?> future) throws Exception {
    return assertInstanceOf(NamedPipeException.class, failure(future)).errorName();
  }

  /** A client that reads when the test does. */
  private RandomAccessFile rawClient() throws Exception {
    return new RandomAccessFile("\\\\.\\pipe\\" + name, "rw");
  }

  /** Waits until the kernel waits: at once where it does so by itself, else when a thread is in that call. */
  private void awaitWait(NamedPipeSocket socket) throws Exception {
    // Behind the flush on its way to the event loop.
    await(socket.write(Buffer.buffer()));
    boolean onThread = Thread.getAllStackTraces().keySet().stream().anyMatch(FlushIT::isFlusher);
    if (onThread) {
      assertTrue(Settling.settled(() -> Thread.getAllStackTraces().entrySet().stream().anyMatch(thread ->
          isFlusher(thread.getKey()) && Arrays.stream(thread.getValue()).findFirst()
              .filter(frame -> frame.getMethodName().equals("FlushFileBuffers")).isPresent()), waits -> waits));
    }
  }

  private static boolean isFlusher(Thread thread) {
    return thread.getName().startsWith("npipe-flusher");
  }

  @Test
  void aFlushCompletesWhenThePeerHasReadEverything() throws Exception {
    Box<NamedPipeSocket> accepted = new Box<>();
    await(NamedPipeServer.create(vertx).connectHandler(accepted::put).listen(name));
    try (RandomAccessFile client = rawClient()) {
      NamedPipeSocket socket = accepted.take();
      await(socket.write(random(50_000)));
      Future<Void> flushed = socket.flush();
      Future<Void> impatient = socket.flush(Duration.ofMillis(100));
      // The event loop is not blocked meanwhile.
      Box<Buffer> fromClient = read(socket);
      client.write("still served".getBytes(StandardCharsets.UTF_8));
      assertEquals("still served", Box.bytes(fromClient, 12).toString());
      assertEquals("WAIT_TIMEOUT", errorOf(impatient));
      assertFalse(flushed.isComplete());
      byte[] received = new byte[50_000];
      client.readFully(received, 0, 49_999);
      assertFalse(flushed.isComplete());
      client.readFully(received, 49_999, 1);
      await(flushed);
      assertEquals(random(50_000), Buffer.buffer(received));
    }
  }

  @Test
  void theDeadlineOfAFlushFreesItsThread() throws Exception {
    Box<NamedPipeSocket> accepted = new Box<>();
    await(NamedPipeServer.create(vertx).connectHandler(accepted::put).listen(name));
    try (RandomAccessFile client = rawClient()) {
      NamedPipeSocket socket = accepted.take();
      await(socket.write(random(50_000)));
      for (int i = 0; i < 12; i++) {
        assertEquals("WAIT_TIMEOUT", errorOf(socket.flush(Duration.ofMillis(20))));
      }
      Future<Void> flushed = socket.flush();
      client.readFully(new byte[50_000]);
      await(flushed);
    }
  }

  @Test
  void aFlushFailsWhenThePeerLeavesTheLastBytesUnread() throws Exception {
    Box<NamedPipeSocket> accepted = new Box<>();
    await(NamedPipeServer.create(vertx).connectHandler(accepted::put).listen(name));
    Future<Void> flushed;
    try (RandomAccessFile client = rawClient()) {
      NamedPipeSocket socket = accepted.take();
      await(socket.write(random(50_000)));
      flushed = socket.flush();
      awaitWait(socket);
      client.readFully(new byte[10_000]);
    }
    assertInstanceOf(IOException.class, failure(flushed));
  }

  @Test
  void aFlushOfWhatWasReadAlreadyCompletes() throws Exception {
    Pair pair = pair();
    await(pair.clientEnd.flush());
    Box<Buffer> received = read(pair.serverEnd);
    pair.clientEnd.write("read");
    await(pair.clientEnd.flush());
    await(pair.clientEnd.flush());
    assertEquals("read", Box.bytes(received, 4).toString());
  }

  @Test
  void aFlushEndsAtItsDeadlineAndLeavesTheConnectionAsItWas() throws Exception {
    Pair pair = pair(new NamedPipeServerOptions().setInboundBufferBytes(0), new NamedPipeClientOptions());
    pair.clientEnd.write(random(100_000));
    pair.clientEnd.write(random(3_000_000));
    assertEquals("WAIT_TIMEOUT", errorOf(pair.clientEnd.flush(Duration.ofMillis(50))));
    Future<Void> again = pair.clientEnd.flush();
    Box<Buffer> received = read(pair.serverEnd);
    await(again);
    assertEquals(3_100_000, Box.bytes(received, 3_100_000).length());
    assertThrows(IllegalArgumentException.class, () -> pair.clientEnd.flush(Duration.ZERO));
  }

  @Test
  void aFlushFailsWhenThePeerLeavesWithoutHavingReadEverything() throws Exception {
    Pair pair = pair();
    pair.serverEnd.write(random(3_000_000));
    Future<Void> flushed = pair.serverEnd.flush();
    await(pair.clientEnd.close());
    assertInstanceOf(IOException.class, failure(flushed));
  }

  @Test
  void closingFailsAFlushUnderWay() throws Exception {
    Pair pair = pair();
    await(pair.serverEnd.write(random(60_000)));
    Future<Void> flushed = pair.serverEnd.flush();
    await(pair.serverEnd.close());
    if (failure(flushed) != null) {
      assertInstanceOf(IOException.class, failure(flushed));
    }
    assertInstanceOf(IOException.class, failure(pair.serverEnd.flush()));
  }

  @Test
  void moreFlushesThanThreadsCompleteAllTheSame() throws Exception {
    Box<NamedPipeSocket> accepted = new Box<>();
    await(NamedPipeServer.create(vertx).connectHandler(socket -> accepted.put(socket.pause())).listen(name));
    NamedPipeClient client = NamedPipeClient.create(vertx);
    List<Future<Void>> flushes = new ArrayList<>();
    List<NamedPipeSocket> readers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      NamedPipeSocket writer = await(client.connect(name));
      readers.add(accepted.take());
      await(writer.write(random(60_000)));
      flushes.add(writer.flush(Duration.ofSeconds(20)));
    }
    readers.forEach(PipeRig::read);
    for (Future<Void> flush : flushes) {
      await(flush);
    }
  }

  @Test
  void endingAStreamOfMessagesSendsAnEmptyOneAfterEverythingWasRead() throws Exception {
    Pair pair = pair(new NamedPipeServerOptions().setMessageMode(true),
        new NamedPipeClientOptions().setMessageMode(true)
            .setZeroLengthMessages(ZeroLengthMessages.END_OF_STREAM));
    Box<Buffer> there = new Box<>();
    pair.clientEnd.writeMessage(random(10_000));
    Future<Void> ended = pair.clientEnd.end(random(20_000));
    assertTrue(failure(pair.clientEnd.write("too late")) instanceof IOException);
    pair.serverEnd.messageHandler(there::put).resume();
    await(ended);
    assertEquals(random(10_000), there.take());
    assertEquals(random(20_000), there.take());
    assertEquals(0, there.take().length());
    // This side has ended; the other one may still answer, and ends too.
    Box<String> here = new Box<>();
    pair.clientEnd.messageHandler(answer -> here.put(answer.toString()));
    pair.clientEnd.endHandler(end -> here.put("end"));
    pair.clientEnd.closeHandler(closed -> here.put("closed"));
    pair.clientEnd.resume();
    await(pair.serverEnd.writeMessage(Buffer.buffer("an answer")));
    assertEquals("an answer", here.take());
    await(pair.serverEnd.writeMessage(Buffer.buffer()));
    assertEquals("end", here.take());
    assertEquals("closed", here.take());
    assertEquals(CloseReason.LOCAL, pair.clientEnd.closeReason());
  }

  @Test
  void endingAStreamThatThePeerDoesNotReadEndsWithTheLinger() throws Exception {
    Pair pair = pair(new NamedPipeServerOptions().setMessageMode(true).setInboundBufferBytes(0),
        new NamedPipeClientOptions().setMessageMode(true).setLingerTimeout(Duration.ofMillis(100))
            .setZeroLengthMessages(ZeroLengthMessages.END_OF_STREAM));
    for (int i = 0; i < 50; i++) {
      pair.clientEnd.writeMessage(random(50_000));
    }
    Box<CloseReason> closed = new Box<>();
    pair.clientEnd.closeHandler(done -> closed.put(pair.clientEnd.closeReason()));
    assertInstanceOf(IOException.class, failure(pair.clientEnd.end()));
    assertEquals(CloseReason.TIMEOUT, closed.take());
    assertTrue(pair.clientEnd.unsentBytes() > 0);
  }
}
