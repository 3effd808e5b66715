// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;

/** What the tests of the API have in common: a Vert.x, names of their own, and waits that end. */
abstract class PipeRig {

  static final int PATIENCE_SECONDS = 30;
  private static final AtomicInteger NAMES = new AtomicInteger();

  final Vertx vertx = newVertx();
  final String name = "npipe-it-" + ProcessHandle.current().pid() + "-" + NAMES.incrementAndGet();

  Vertx newVertx() {
    return Driver.current().build(Vertx.builder());
  }

  @AfterEach
  void closeVertx() throws Exception {
    await(vertx.close());
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** For threads that have nowhere to throw to. */
  static void await(CountDownLatch latch) {
    try {
      if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Nobody counted down within " + PATIENCE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Calls on a context, and waits. Who connects on this thread may be late for its future: then something has come
   * before there is a handler for it, or a pause.
   */
  <T> T onContext(Supplier<Future<T>> call) throws Exception {
    Promise<T> done = Promise.promise();
    vertx.runOnContext(here -> call.get().onComplete(done));
    return await(done.future());
  }

  /** A connection that does not read before it is resumed. */
  NamedPipeSocket connectPaused(NamedPipeClient from, String to) throws Exception {
    return onContext(() -> from.connect(to).map(NamedPipeSocket::pause));
  }

  /** What a future fails with. */
  static Throwable failure(Future<?> future) throws Exception {
    return await(future.transform(done -> Future.succeededFuture(done.cause())));
  }

  /** What handlers hand to the test. */
  static final class Box<T> {

    private final BlockingQueue<T> queue = new LinkedBlockingQueue<>();

    void put(T value) {
      queue.add(value);
    }

    T take() throws Exception {
      T value = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (value == null) {
        throw new TimeoutException("Nothing came within " + PATIENCE_SECONDS + " s");
      }
      return value;
    }

    int size() {
      return queue.size();
    }

    /** Buffers, until there are so many bytes. */
    static Buffer bytes(Box<Buffer> box, int length) throws Exception {
      Buffer all = Buffer.buffer();
      while (all.length() < length) {
        all.appendBuffer(box.take());
      }
      return all;
    }
  }

  /** Two ends of a connection. */
  static final class Pair {

    final NamedPipeServer server;
    final NamedPipeSocket serverEnd;
    final NamedPipeClient client;
    final NamedPipeSocket clientEnd;

    Pair(NamedPipeServer server, NamedPipeSocket serverEnd, NamedPipeClient client, NamedPipeSocket clientEnd) {
      this.server = server;
      this.serverEnd = serverEnd;
      this.client = client;
      this.clientEnd = clientEnd;
    }
  }

  Pair pair() throws Exception {
    return pair(new NamedPipeServerOptions(), new NamedPipeClientOptions());
  }

  /** Connects; neither end reads before it is resumed. */
  Pair pair(NamedPipeServerOptions serverOptions, NamedPipeClientOptions clientOptions) throws Exception {
    Box<NamedPipeSocket> accepted = new Box<>();
    NamedPipeServer server = NamedPipeServer.create(vertx, serverOptions)
        .connectHandler(socket -> accepted.put(socket.pause()));
    await(server.listen(name));
    NamedPipeClient client = NamedPipeClient.create(vertx, clientOptions);
    NamedPipeSocket clientEnd = connectPaused(client, name);
    return new Pair(server, accepted.take(), client, clientEnd);
  }

  NamedPipeServer echo() throws Exception {
    NamedPipeServer server = NamedPipeServer.create(vertx)
        .connectHandler(socket -> socket.handler(socket::write));
    return await(server.listen(name));
  }

  static Box<Buffer> read(NamedPipeSocket socket) {
    Box<Buffer> read = new Box<>();
    socket.handler(read::put);
    socket.resume();
    return read;
  }

  static Buffer random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return Buffer.buffer(bytes);
  }
}
