// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import java.io.RandomAccessFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FlowControlIT extends PipeRig {

  /** More than both quotas and all queues hold. */
  private static final int MUCH = 16 * 1024 * 1024;

  /** More than a few reads take, and less than the quota. */
  private static final int BURST = 128 * 1024;

  @Test
  void aPausedReaderStopsTheWriterAndResumingLosesNothing() throws Exception {
    Pair pair = pair();
    Buffer sent = random(MUCH);
    Future<Void> written = pair.clientEnd.write(sent);
    assertTrue(pair.clientEnd.writeQueueFull());
    Promise<Void> drained = Promise.promise();
    pair.clientEnd.drainHandler(v -> drained.complete());
    Box<Buffer> received = read(pair.serverEnd);
    assertEquals(sent, Box.bytes(received, MUCH));
    await(written);
    await(drained.future());
    assertFalse(pair.clientEnd.writeQueueFull());
  }

  @Test
  void fetchHandsOverSoManyBuffersAndNoMore() throws Exception {
    Pair pair = pair();
    Box<Buffer> received = new Box<>();
    pair.serverEnd.handler(received::put);
    await(pair.clientEnd.write("one"));
    pair.serverEnd.fetch(1);
    assertEquals("one", received.take().toString());
    await(pair.clientEnd.write("two"));
    // The end of a second connection shows that the first one had its turn.
    NamedPipeServer marker = NamedPipeServer.create(vertx).connectHandler(NamedPipeSocket::close);
    await(marker.listen(name + "-marker"));
    Promise<Void> ended = Promise.promise();
    vertx.runOnContext(v -> pair.client.connect(name + "-marker")
        .onSuccess(socket -> socket.endHandler(end -> ended.complete()))
        .onFailure(ended::fail));
    await(ended.future());
    assertEquals(0, received.size());
    pair.serverEnd.fetch(1);
    assertEquals("two", received.take().toString());
  }

  @Test
  void aQuotaOfZeroMakesEveryWriteWaitForItsReader() throws Exception {
    Box<NamedPipeSocket> accepted = new Box<>();
    await(NamedPipeServer.create(vertx, new NamedPipeServerOptions().setOutboundBufferBytes(0))
        .connectHandler(accepted::put).listen(name));
    // A client that reads when the test does.
    try (RandomAccessFile client = new RandomAccessFile("\\\\.\\pipe\\" + name, "rw")) {
      NamedPipeSocket socket = accepted.take();
      Future<Void> written = socket.write("x");
      Box<Buffer> fromClient = read(socket);
      client.write('y');
      assertEquals("y", Box.bytes(fromClient, 1).toString());
      assertFalse(written.isComplete());
      assertEquals('x', client.read());
      await(written);
    }
  }

  @Test
  void theSizeOfTheWriteQueueCountsBytes() throws Exception {
    Pair pair = pair(new NamedPipeServerOptions(), new NamedPipeClientOptions().setWriteQueueMaxSize(1024 * 1024));
    List<Future<Void>> written = new ArrayList<>();
    int writes = 0;
    while (!pair.clientEnd.writeQueueFull()) {
      written.add(pair.clientEnd.write(random(64 * 1024)));
      assertTrue(++writes < 1000);
    }
    assertTrue(writes >= 16, "full after " + writes + " writes of 64 KiB");
    assertThrows(IllegalArgumentException.class, () -> pair.clientEnd.setWriteQueueMaxSize(0));
    Promise<Void> drained = Promise.promise();
    pair.clientEnd.drainHandler(v -> drained.complete());
    pair.clientEnd.setWriteQueueMaxSize(64 * 1024 * 1024);
    await(drained.future());
    read(pair.serverEnd);
    await(Future.all(written));
  }

  @Test
  void writesOfEachThreadKeepTheirOrder() throws Exception {
    Pair pair = pair();
    int threads = 8;
    int writes = 500;
    Box<Buffer> received = read(pair.serverEnd);
    List<Thread> writers = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int thread = t;
      writers.add(new Thread(() -> {
        for (int i = 0; i < writes; i++) {
          pair.clientEnd.write(Buffer.buffer().appendInt(thread).appendInt(i));
        }
      }));
    }
    writers.forEach(Thread::start);
    Buffer all = Box.bytes(received, threads * writes * 8);
    int[] next = new int[threads];
    for (int at = 0; at < all.length(); at += 8) {
      assertEquals(next[all.getInt(at)]++, all.getInt(at + 4));
    }
    for (Thread writer : writers) {
      writer.join(PATIENCE_SECONDS * 1000L);
    }
  }

  @Test
  void pausingInTheHandlerStopsAtThatBuffer() throws Exception {
    Pair pair = pair();
    Box<Buffer> received = new Box<>();
    pair.serverEnd.handler(buffer -> {
      pair.serverEnd.pause();
      received.put(buffer);
    }).resume();
    Buffer sent = random(1024 * 1024);
    Future<Void> written = pair.clientEnd.write(sent);
    Buffer all = Buffer.buffer();
    while (all.length() < sent.length()) {
      all.appendBuffer(received.take());
      assertEquals(0, received.size());
      pair.serverEnd.resume();
    }
    await(written);
    assertEquals(sent, all);
  }

  /** Writes whenever there is room, and never asks whether it is of any use. */
  private static Box<String> writeForEver(NamedPipeSocket socket) {
    Box<String> ended = new Box<>();
    Runnable more = () -> {
      while (!socket.writeQueueFull()) {
        socket.write(random(10_000));
      }
    };
    socket.closeHandler(closed -> ended.put("closed")).drainHandler(drained -> more.run());
    more.run();
    return ended;
  }

  @Test
  void aProducerWithoutEndHearsThatItsPeerHasGone() throws Exception {
    for (int round = 0; round < 10; round++) {
      Pair pair = pair();
      Box<String> ended = writeForEver(pair.serverEnd);
      if (round % 2 == 0) {
        pair.serverEnd.resume();
      }
      await(pair.clientEnd.abort());
      assertEquals("closed", ended.take());
      await(pair.server.close());
    }
  }

  @Test
  void aProducerWithoutEndDoesNotKeepItsOwnSocketFromClosing() throws Exception {
    Pair pair = pair();
    Box<String> ended = writeForEver(pair.serverEnd);
    Future<Void> down = pair.server.shutdown(Duration.ofSeconds(PATIENCE_SECONDS));
    read(pair.clientEnd);
    assertEquals("closed", ended.take());
    await(down);
    assertEquals(0, pair.serverEnd.unsentBytes());
  }

  @Test
  void answersToOneBurstOfReadsLeaveInOneWrite() throws Exception {
    Box<Buffer> answers = new Box<>();
    Box<NamedPipeSocket> accepted = new Box<>();
    // To this server each write of a client in byte mode is a message.
    await(NamedPipeServer.create(vertx, new NamedPipeServerOptions().setMessageMode(true)).connectHandler(socket -> {
      socket.messageHandler(answers::put);
      accepted.put(socket);
    }).listen(name));
    CountDownLatch burst = new CountDownLatch(1);
    AtomicInteger read = new AtomicInteger();
    AtomicInteger reads = new AtomicInteger();
    // Another event loop than that of the server, which is to go on.
    Context context = ((VertxInternal) vertx).createEventLoopContext();
    context.runOnContext(start -> NamedPipeClient.create(vertx).connect(name).onSuccess(socket -> {
      socket.handler(buffer -> {
        reads.incrementAndGet();
        read.addAndGet(buffer.length());
        socket.write("x");
      });
      // What is sent to it waits in the pipe until its event loop goes on.
      await(burst);
    }));
    await(accepted.take().writeMessage(random(BURST)));
    burst.countDown();
    int answered = 0;
    int writes = 0;
    while (read.get() < BURST || answered < reads.get()) {
      answered += answers.take().length();
      writes++;
    }
    assertTrue(answered > 2, "only " + answered + " reads");
    // The first read was in the kernel before the others, and may have had a burst of its own.
    assertTrue(writes <= 2 && writes < answered, answered + " answers took " + writes + " writes");
  }
}
