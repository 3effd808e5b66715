// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.npipe.eventbus.AuthorityProvider;
import dev.npipe.eventbus.BridgeEvent;
import dev.npipe.eventbus.NamedPipeBridgeOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.PermittedOptions;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** Connections of a bridge without a pipe, on a real event bus, with what its tests have in common. */
abstract class BridgeRig {

  static final int PATIENCE_SECONDS = 20;

  final Vertx vertx = Vertx.vertx();
  final NamedPipeBridgeOptions options = new NamedPipeBridgeOptions()
      .addInboundPermitted(new PermittedOptions())
      .addOutboundPermitted(new PermittedOptions());
  EventBus bus = vertx.eventBus();
  AbandonedRequests abandoned = new AbandonedRequests(options.getMaxAbandonedRequests());
  Handler<BridgeEvent> eventHandler;
  AuthorityProvider authorityProvider;

  @AfterEach
  void closeVertx() throws Exception {
    await(vertx.close());
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  static <T> T take(BlockingQueue<T> queue) throws Exception {
    T value = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (value == null) {
      throw new AssertionError("Nothing came within " + PATIENCE_SECONDS + " s");
    }
    return value;
  }

  /** Whether nothing holds on to an object any more, as soon as it is found out. */
  boolean isForgotten(WeakReference<?> reference) throws Exception {
    for (int i = 0; i < 200 && reference.get() != null; i++) {
      System.gc();
      await(vertx.timer(20));
    }
    return reference.get() == null;
  }

  static JsonObject json(String text) {
    return new JsonObject(text.replace('\'', '"'));
  }

  static Buffer frame(byte[] content) {
    return Buffer.buffer().appendInt(content.length).appendBytes(content);
  }

  static Buffer frame(String content) {
    return frame(content.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  /** A client, and the connection the bridge has to it. */
  final class Client {

    final BlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
    final ContextInternal context = ((VertxInternal) vertx).createEventLoopContext();
    final SocketStandIn pipe = new SocketStandIn(context, this::written);
    final BridgeConnection connection = new BridgeConnection(
        new BridgeSettings(bus, options, eventHandler, authorityProvider), context, pipe.socket, abandoned);

    private Client() {
      context.runOnContext(now -> connection.open());
      long timer = context.setPeriodic(20, fired -> connection.tick(System.nanoTime()));
      connection.ended().onComplete(ended -> vertx.cancelTimer(timer));
    }

    private void written(Buffer bytes) {
      // One write for each frame is part of the protocol: clients take it for granted.
      assertEquals(bytes.length() - 4, bytes.getInt(0));
      frames.add(new JsonObject(bytes.getBuffer(4, bytes.length())));
    }

    Client send(String frame) {
      pipe.feed(frame(frame));
      return this;
    }

    JsonObject next() throws Exception {
      return take(frames);
    }

    void assertNext(String frame) throws Exception {
      assertEquals(json(frame), next());
    }

    /** All that was sent before has been done, and nothing else was answered. */
    void assertQuiet() throws Exception {
      send("{'type':'ping'}").assertNext("{'type':'pong'}");
    }

    /** What is on its way to the connection has been done. */
    void awaitContext() throws Exception {
      Promise<Void> done = Promise.promise();
      context.runOnContext(now -> done.complete());
      await(done.future());
    }

    void assertEnds(String how) throws Exception {
      await(connection.ended());
      assertEquals(how, pipe.end);
    }
  }

  Client connect() {
    return new Client();
  }
}
