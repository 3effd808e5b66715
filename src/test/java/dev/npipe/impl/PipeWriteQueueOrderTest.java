// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The order of writes of several threads, with a real event loop. */
class PipeWriteQueueOrderTest {

  private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
  private final List<Long> order = new CopyOnWriteArrayList<>();
  private ChannelHandlerContext ctx;
  private PipeWriteQueue queue;

  @BeforeEach
  void open() throws Exception {
    LocalChannel channel = new LocalChannel();
    channel.pipeline().addLast(new ChannelInboundHandlerAdapter());
    loop.register(channel).get(10, TimeUnit.SECONDS);
    ctx = channel.pipeline().firstContext();
    queue = new PipeWriteQueue(ctx, Integer.MAX_VALUE, Long.MAX_VALUE) {

      @Override
      void handleWritten(long bytes) {
        order.add(bytes);
      }

      @Override
      void handleDrained() {
      }

      @Override
      boolean isOutputOpen() {
        return true;
      }
    };
  }

  @AfterEach
  void close() throws Exception {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).get(10, TimeUnit.SECONDS);
  }

  private Promise<Void> write(long id) {
    Promise<Void> promise = Promise.promise();
    queue.write(Unpooled.EMPTY_BUFFER, id, promise);
    return promise;
  }

  private static void elsewhere(Runnable task) throws Exception {
    CompletableFuture.runAsync(task).get(10, TimeUnit.SECONDS);
  }

  @Test
  void aWriteOnTheEventLoopDoesNotOvertakeAnEarlierOneOfAnotherThread() throws Exception {
    ctx.executor().submit(() -> {
      elsewhere(() -> write(1));
      write(2);
      elsewhere(() -> write(3));
      write(4);
      return null;
    }).get(10, TimeUnit.SECONDS);
    assertEquals(List.of(1L, 2L, 3L, 4L), order);
  }

  @Test
  void aWriteAfterTheEventLoopHasEndedFails() throws Exception {
    close();
    Promise<Void> late = write(1);
    assertThrows(ExecutionException.class,
        () -> late.future().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS));
    assertFalse(late.future().succeeded());
  }

  @Test
  void whatWasToBeDoneAfterTheWritesIsToldWhenTheEventLoopHasEnded() throws Exception {
    close();
    List<String> told = new CopyOnWriteArrayList<>();
    queue.submit(() -> told.add("its turn"), () -> told.add("never"));
    assertEquals(List.of("never"), told);
  }
}
