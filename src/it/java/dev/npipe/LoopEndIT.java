// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.NamedPipeAddress;
import dev.npipe.channel.NamedPipeChannel;
import dev.npipe.channel.NamedPipeIoHandler;
import dev.npipe.channel.NamedPipeServerChannel;
import dev.npipe.win32.HandleCounts;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Event loops that end under thousands of channels, both ends of each connection on one loop. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class LoopEndIT {

  private static final NamedPipeAddress ADDRESS =
      NamedPipeAddress.of("npipe-it-loop-end-" + ProcessHandle.current().pid());
  private static final int CONNECTIONS = Rounds.of("npipe.channels", 2000) / 2;
  private static final int AT_ONCE = 50;

  private final CountDownLatch greeted = new CountDownLatch(CONNECTIONS);

  /** Who brings completions to the loops. */
  enum Poll {
    SHARED, IN_LOOP;

    EventLoopGroup newGroup() {
      IoHandlerFactory handlers = this == SHARED ? NioIoHandler.newFactory() : NamedPipeIoHandler.newFactory();
      return new MultiThreadIoEventLoopGroup(1, handlers);
    }
  }

  /** Greets, and reads for ever. */
  @ChannelHandler.Sharable
  private final class Greeting extends ChannelInboundHandlerAdapter {

    @Override
    public void channelActive(ChannelHandlerContext context) {
      context.writeAndFlush(Unpooled.directBuffer(1).writeZero(1), context.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
      if (context.channel().parent() != null) {
        greeted.countDown();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // The other end has gone before.
    }
  }

  private static int files() {
    return HandleCounts.take().files();
  }

  private static void shutDown(EventLoopGroup group) throws InterruptedException {
    assertTrue(group.shutdownGracefully(0, PipeRig.PATIENCE_SECONDS, TimeUnit.SECONDS)
        .await(PipeRig.PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  private List<Channel> connect(EventLoopGroup clients, int count) {
    List<ChannelFuture> connects = new ArrayList<>();
    Bootstrap bootstrap = new Bootstrap().group(clients).channelFactory(NamedPipeChannel::new).handler(new Greeting());
    for (int i = 0; i < count; i++) {
      connects.add(bootstrap.connect(ADDRESS));
      if (i >= AT_ONCE) {
        connects.get(i - AT_ONCE).awaitUninterruptibly();
      }
    }
    List<Channel> connected = new ArrayList<>();
    for (ChannelFuture connect : connects) {
      assertTrue(connect.awaitUninterruptibly().isSuccess(), String.valueOf(connect.cause()));
      connected.add(connect.channel());
    }
    return connected;
  }

  /** The class path's archives, too, are files, and are opened when they are needed: all of it once before. */
  private void rehearse(Poll poll) throws Exception {
    EventLoopGroup group = poll.newGroup();
    listen(group, group);
    connect(group, 1);
    shutDown(group);
  }

  private void listen(EventLoopGroup acceptor, EventLoopGroup children) {
    assertTrue(new ServerBootstrap().group(acceptor, children).channelFactory(NamedPipeServerChannel::new)
        .childHandler(new Greeting()).bind(ADDRESS).awaitUninterruptibly().isSuccess());
  }

  @ParameterizedTest
  @EnumSource
  void theEndOfALoopIsTheEndOfItsThousandsOfChannelsAndOfAllTheirHandles(Poll poll) throws Exception {
    rehearse(poll);
    int before = Settling.atRest(LoopEndIT::files);
    EventLoopGroup acceptor = poll.newGroup();
    EventLoopGroup loop = poll.newGroup();
    listen(acceptor, loop);
    List<Channel> connected = connect(loop, CONNECTIONS);
    assertTrue(greeted.await(PipeRig.PATIENCE_SECONDS, TimeUnit.SECONDS), () -> greeted.getCount() + " said nothing");
    assertTrue(files() >= before + 2 * CONNECTIONS);
    shutDown(loop);
    connected.forEach(channel -> assertTrue(channel.closeFuture().isDone()));
    shutDown(acceptor);
    int left = Settling.settled(LoopEndIT::files, count -> count <= before);
    assertTrue(left <= before, () -> left + " files, of " + before + " before");
  }
}
