// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import static dev.npipe.impl.SimulatedSockets.PATIENCE_SECONDS;
import static dev.npipe.impl.SimulatedSockets.await;
import static dev.npipe.impl.SimulatedSockets.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.npipe.channel.LogWatch;
import dev.npipe.channel.NamedPipeAddress;
import dev.npipe.channel.SimulatedPipes;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A write that has found that writes are not refused, and comes to the event loop after the end all the same. The queue
 * here never refuses one: that is what such a write has seen.
 */
@ExtendWith(LogWatch.class)
class SocketClosingTest {

  private static final int MUCH = 4 * 1024 * 1024;
  private static final Duration LONG = Duration.ofSeconds(15);

  private final Vertx vertx = Vertx.vertx();
  private final SimulatedPipes pipes = new SimulatedPipes(67);
  private final List<Long> given = Collections.synchronizedList(new ArrayList<>());
  private final Promise<Channel> accepted = Promise.promise();
  private ContextInternal context;
  private Channel server;
  private Channel client;
  private PipeWriteQueue queue;
  private SocketClosing closing;

  /** The server's end reads nothing, so that what is written before the end is still waiting when it comes. */
  @BeforeEach
  void connect() throws Exception {
    context = (ContextInternal) vertx.getOrCreateContext();
    EventLoop loop = context.nettyEventLoop();
    NamedPipeAddress address = NamedPipeAddress.of("closing");
    server = new ServerBootstrap().group(loop).channelFactory(pipes::newServer)
        .childOption(ChannelOption.AUTO_READ, false).childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel child) {
            accepted.complete(child);
          }
        }).bind(address).sync().channel();
    client = new Bootstrap().group(loop).channelFactory(pipes::newClient).handler(new ChannelInboundHandlerAdapter())
        .connect(address).sync().channel();
    ChannelHandlerContext ctx = client.pipeline().firstContext();
    queue = new PipeWriteQueue(ctx, Integer.MAX_VALUE, Long.MAX_VALUE) {

      @Override
      void refuse() {
      }

      @Override
      void handleWritten(long bytes) {
        given.add(bytes);
      }

      @Override
      void handleDrained() {
      }

      @Override
      boolean isOutputOpen() {
        return true;
      }
    };
    closing = new SocketClosing(context, ctx, queue, LONG);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    for (Channel channel : List.of(await(accepted.future()), client, server)) {
      channel.close().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    await(vertx.close());
    pipes.close();
    SimulatedSockets.leaveNothing(pipes);
  }

  private Future<Void> write(ByteBuf message) {
    Promise<Void> promise = Promise.promise();
    queue.write(message, message.readableBytes(), promise);
    return promise.future();
  }

  private void assertLateWriteFails(Function<SocketClosing, Future<Void>> end) throws Exception {
    ByteBuf late = Unpooled.buffer(1).writeByte(1);
    Promise<Future<Void>> written = Promise.promise();
    context.nettyEventLoop().execute(() -> {
      write(Unpooled.wrappedBuffer(new byte[MUCH]));
      end.apply(closing);
      written.complete(write(late));
    });
    Future<Void> outcome = await(written.future());
    assertEquals(List.of((long) MUCH), given);
    assertInstanceOf(ClosedChannelException.class, failure(outcome));
    assertEquals(0, late.refCnt());
    assertEquals(MUCH, queue.acceptedBytes());
  }

  @Test
  void aWriteThatComesAfterTheCloseFails() throws Exception {
    assertLateWriteFails(SocketClosing::close);
  }

  @Test
  void aWriteThatComesAfterTheEndOfTheStreamFails() throws Exception {
    assertLateWriteFails(SocketClosing::end);
  }
}
