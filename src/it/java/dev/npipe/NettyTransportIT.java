// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.NamedPipeAddress;
import dev.npipe.channel.NamedPipeChannel;
import dev.npipe.channel.NamedPipeChannelOption;
import dev.npipe.channel.NamedPipeException;
import dev.npipe.channel.NamedPipeServerChannel;
import dev.npipe.channel.WaitPolicy;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the tests of Netty's own transports demand of each of them, with pipes of the system and without Vert.x; over
 * the simulated kernel there is more of it.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@ParameterizedClass
@EnumSource
class NettyTransportIT {

  private static final NamedPipeAddress ADDRESS =
      NamedPipeAddress.of("npipe-it-netty-" + ProcessHandle.current().pid());
  private static final int MUCH = 1_000_000;
  private static final int MOST_AT_ONCE = 30_000;
  private static final int SHORT_MILLIS = 300;

  private final Random random = new Random(5);
  private final EventLoopGroup group;
  private final PipeRig.Box<Channel> accepted = new PipeRig.Box<>();

  NettyTransportIT(LoopEndIT.Poll poll) {
    group = poll.newGroup();
  }

  @AfterEach
  void shutDown() throws Exception {
    assertTrue(group.shutdownGracefully(0, PipeRig.PATIENCE_SECONDS, TimeUnit.SECONDS)
        .await(PipeRig.PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  /** Collects what it reads, and what it is told. */
  private static class Collector extends ChannelInboundHandlerAdapter {

    final PipeRig.Box<byte[]> parts = new PipeRig.Box<>();
    final PipeRig.Box<Throwable> caught = new PipeRig.Box<>();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      parts.put(ByteBufUtil.getBytes(bytes));
      bytes.release();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      if (!context.channel().config().isAutoRead()) {
        context.read();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      caught.put(cause);
    }

    byte[] take(int length) throws Exception {
      ByteBuf all = Unpooled.buffer(length);
      while (all.writerIndex() < length) {
        all.writeBytes(parts.take());
      }
      return Arrays.copyOf(all.array(), all.writerIndex());
    }

    String text(int length) throws Exception {
      return new String(take(length));
    }
  }

  private static <F extends Future<?>> F done(F future) throws Exception {
    assertTrue(future.await(PipeRig.PATIENCE_SECONDS, TimeUnit.SECONDS), "it never ends");
    return future;
  }

  private static <F extends Future<?>> F succeeded(F future) throws Exception {
    assertTrue(done(future).isSuccess(), String.valueOf(future.cause()));
    return future;
  }

  private ServerBootstrap server(ChannelInboundHandlerAdapter child) {
    return new ServerBootstrap().group(group).channelFactory(NamedPipeServerChannel::new)
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channel.pipeline().addLast(child);
            accepted.put(channel);
          }
        });
  }

  private Bootstrap client(ChannelInboundHandlerAdapter handler) {
    return new Bootstrap().group(group).channelFactory(NamedPipeChannel::new).handler(handler);
  }

  private Channel connect(ChannelInboundHandlerAdapter handler) throws Exception {
    return succeeded(client(handler).connect(ADDRESS)).channel();
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text.getBytes());
  }

  private void echo(boolean autoRead) throws Exception {
    succeeded(server(new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object message) {
        context.write(message, context.voidPromise());
      }

      @Override
      public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
        if (!autoRead) {
          context.read();
        }
      }
    }).childOption(ChannelOption.AUTO_READ, autoRead).bind(ADDRESS));
    Collector collector = new Collector();
    Channel client = succeeded(client(collector).option(ChannelOption.AUTO_READ, autoRead).connect(ADDRESS)).channel();
    Channel child = accepted.take();
    if (!autoRead) {
      client.read();
      child.read();
    }
    byte[] sent = new byte[MUCH];
    random.nextBytes(sent);
    for (int at = 0; at < MUCH; ) {
      int length = Math.min(MUCH - at, 1 + random.nextInt(MOST_AT_ONCE));
      client.writeAndFlush(Unpooled.wrappedBuffer(sent, at, length), client.voidPromise());
      at += length;
    }
    assertArrayEquals(sent, collector.take(MUCH));
    succeeded(client.close());
    succeeded(child.closeFuture());
  }

  @Test
  void echo_randomPiecesComeBackWhole() throws Exception {
    echo(true);
  }

  @Test
  void echo_randomPiecesComeBackWholeWhereEveryReadIsAskedFor() throws Exception {
    echo(false);
  }

  @Test
  void autoRead_turnedOffWithinAReadNothingIsReadUntilItIsTurnedOnAgain() throws Exception {
    Collector collector = new Collector() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object message) {
        context.channel().config().setAutoRead(false);
        super.channelRead(context, message);
      }

      @Override
      public void channelReadComplete(ChannelHandlerContext context) {
        // Not to be asked for here.
      }
    };
    succeeded(server(collector).childOption(ChannelOption.RECVBUF_ALLOCATOR,
        new FixedRecvByteBufAllocator(4)).bind(ADDRESS));
    Channel client = connect(new Collector());
    Channel child = accepted.take();
    succeeded(client.writeAndFlush(bytes("onetwofour")));
    assertEquals(4, collector.parts.take().length);
    // Whatever else was to be delivered would be, before the loop comes to this.
    succeeded(child.eventLoop().submit(() -> { }));
    assertEquals(0, collector.parts.size());
    child.config().setAutoRead(true);
    assertEquals(4, collector.parts.take().length);
  }

  @Test
  void writeCancelled_beforeItIsFlushedItIsNeverSent() throws Exception {
    Collector collector = new Collector();
    succeeded(server(collector).bind(ADDRESS));
    Channel client = connect(new Collector());
    ByteBuf cancelled = bytes("never ");
    ChannelFuture first = client.write(bytes("first "));
    ChannelFuture second = client.write(cancelled);
    assertTrue(second.cancel(false));
    succeeded(client.writeAndFlush(bytes("third")));
    succeeded(first);
    assertEquals("first third", collector.text(11));
    assertEquals(0, cancelled.refCnt());
  }

  @Test
  void bufferRelease_whatCannotBeWrittenIsReleased() throws Exception {
    succeeded(server(new Collector()).bind(ADDRESS));
    Channel client = connect(new Collector());
    succeeded(client.close());
    ByteBuf late = bytes("too late");
    assertInstanceOf(ClosedChannelException.class, done(client.writeAndFlush(late)).cause());
    assertEquals(0, late.refCnt());
  }

  @Test
  void connectionAttempt_nobodyIsThere() throws Exception {
    ChannelFuture refused = done(client(new Collector()).connect(ADDRESS));
    assertEquals("ERROR_FILE_NOT_FOUND", assertInstanceOf(NamedPipeException.class, refused.cause()).errorName());
    succeeded(refused.channel().closeFuture());
  }

  private Bootstrap patientClientOfABusyServer() throws Exception {
    succeeded(server(new Collector()).option(NamedPipeChannelOption.PIPE_MAX_INSTANCES, 1)
        .option(NamedPipeChannelOption.PIPE_PENDING_INSTANCES, 1).bind(ADDRESS));
    connect(new Collector());
    accepted.take();
    return client(new Collector()).option(NamedPipeChannelOption.PIPE_WHEN_BUSY, WaitPolicy.WAIT);
  }

  @Test
  void connectionAttempt_timesOut() throws Exception {
    ChannelFuture late = done(patientClientOfABusyServer()
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, SHORT_MILLIS).connect(ADDRESS));
    assertInstanceOf(ConnectTimeoutException.class, late.cause().getCause());
    succeeded(late.channel().closeFuture());
  }

  @Test
  void connectionAttempt_isCancelled() throws Exception {
    ChannelFuture waiting = patientClientOfABusyServer().connect(ADDRESS);
    assertFalse(waiting.await(SHORT_MILLIS), "it was to find the pipe busy");
    assertTrue(waiting.cancel(false));
    assertInstanceOf(CancellationException.class, waiting.cause());
    succeeded(waiting.channel().closeFuture());
  }

  @Test
  void exceptionHandling_whatAHandlerThrowsIsToldOnceAndReadingGoesOn() throws Exception {
    RuntimeException mistake = new IllegalStateException("a mistake of the application");
    Collector collector = new Collector() {
      private boolean thrown;

      @Override
      public void channelRead(ChannelHandlerContext context, Object message) {
        super.channelRead(context, message);
        if (!thrown) {
          thrown = true;
          throw mistake;
        }
      }
    };
    succeeded(server(collector).bind(ADDRESS));
    Channel client = connect(new Collector());
    succeeded(client.writeAndFlush(bytes("fails")));
    assertEquals(mistake, collector.caught.take());
    succeeded(client.writeAndFlush(bytes("works")));
    assertEquals("failsworks", collector.text(10));
    assertEquals(0, collector.caught.size());
    assertTrue(accepted.take().isActive());
  }
}
