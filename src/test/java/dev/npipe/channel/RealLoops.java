// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.LoopPorts;
import dev.npipe.iocp.SharedPoller;
import dev.npipe.iocp.WaitingKernel;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** Real threads on a simulated kernel: event loops of each kind, the poller, an echo, and nothing left behind. */
abstract class RealLoops {

  static final NamedPipeAddress ADDRESS = NamedPipeAddress.of("threads");
  static final int CLIENTS = 20;
  static final int MESSAGES = 200;
  static final int MESSAGE_BYTES = 500;

  final WaitingKernel kernel = new WaitingKernel();
  final SharedPoller poller = new SharedPoller(kernel, SelectorWaking::of);
  final LoopPorts loopPorts = new LoopPorts(kernel);
  final ExecutorService opener = Executors.newSingleThreadExecutor();
  final PipeIo io = new PipeIo(poller, loopPorts, PipeThreads.all(opener));
  final List<Channel> datagrams = new ArrayList<>();
  final EventLoopGroup listeners;
  final EventLoopGroup children;
  final EventLoopGroup clients;
  final CountDownLatch echoed = new CountDownLatch(CLIENTS);

  /** What the event loops wait for. */
  enum Loops { SELECTOR, PORT, PORT_AND_SELECTOR }

  RealLoops(Loops loops) {
    listeners = newGroup(1, loops);
    children = newGroup(2, loops);
    clients = newGroup(2, loops);
  }

  EventLoopGroup newGroup(int threads, Loops loops) {
    IoHandlerFactory handlers = loops == Loops.SELECTOR ? NioIoHandler.newFactory() : NamedPipeIoHandler.newFactory(io);
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(threads, handlers);
    for (int i = 0; i < threads && loops == Loops.PORT_AND_SELECTOR; i++) {
      datagrams.add(done(new Bootstrap().group(group).channel(NioDatagramChannel.class)
          .handler(new ChannelInboundHandlerAdapter()).bind(InetAddress.getLoopbackAddress(), 0)));
    }
    return group;
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    shutDown(listeners);
    shutDown(children);
    shutDown(clients);
    opener.shutdown();
    await(() -> !poller.isRunning() && kernel.leftovers().isEmpty());
    assertEquals(0, poller.blocksInUse() + loopPorts.blocksInUse());
  }

  static void shutDown(EventLoopGroup group) throws InterruptedException {
    group.shutdownGracefully(0, 10, TimeUnit.SECONDS);
    assertTrue(group.awaitTermination(20, TimeUnit.SECONDS));
  }

  void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, () -> "it never came to be; left: " + kernel.leftovers());
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  static Channel done(ChannelFuture future) {
    assertTrue(future.awaitUninterruptibly(20, TimeUnit.SECONDS), "it never completed");
    assertTrue(future.isSuccess(), String.valueOf(future.cause()));
    return future.channel();
  }

  /** Sends, and counts what comes back. */
  final class Client extends ChannelInboundHandlerAdapter {
    private int left = MESSAGES * MESSAGE_BYTES;

    @Override
    public void channelActive(ChannelHandlerContext context) {
      for (int i = 0; i < MESSAGES; i++) {
        context.writeAndFlush(Unpooled.buffer().writeZero(MESSAGE_BYTES), context.voidPromise());
      }
      context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      left -= ((ByteBuf) message).readableBytes();
      ((ByteBuf) message).release();
      if (left == 0) {
        echoed.countDown();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // What was on its way when the other end went.
    }
  }

  /** Sends everything back. */
  static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      context.writeAndFlush(message, context.voidPromise());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // As above.
    }
  }

  Channel listen(int maxInstances) {
    return listen(maxInstances, () -> { });
  }

  Channel listen(int maxInstances, Runnable whenTaken) {
    return done(new ServerBootstrap().group(listeners, children).channelFactory(() -> new NamedPipeServerChannel(io))
        .option(NamedPipeChannelOption.PIPE_MAX_INSTANCES, maxInstances)
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel child) {
            whenTaken.run();
            child.pipeline().addLast(new Echo());
          }
        }).bind(ADDRESS));
  }

  Channel connect() {
    return done(connecting());
  }

  ChannelFuture connecting() {
    return new Bootstrap().group(clients).channelFactory(() -> new NamedPipeChannel(io))
        .option(NamedPipeChannelOption.PIPE_WHEN_BUSY, WaitPolicy.WAIT).handler(new Client()).connect(ADDRESS);
  }
}
