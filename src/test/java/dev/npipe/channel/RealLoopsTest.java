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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Real threads: event loops that know nothing of pipes, the poller, and their ends. */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class RealLoopsTest {

  private static final NamedPipeAddress ADDRESS = NamedPipeAddress.of("threads");
  private static final int CLIENTS = 20;
  private static final int MESSAGES = 200;
  private static final int MESSAGE_BYTES = 500;

  private final WaitingKernel kernel = new WaitingKernel();
  private final SharedPoller poller = new SharedPoller(kernel, SelectorWaking::of);
  private final LoopPorts loopPorts = new LoopPorts(kernel);
  private final ExecutorService opener = Executors.newSingleThreadExecutor();
  private final PipeIo io = new PipeIo(poller, loopPorts, PipeThreads.all(opener));
  private final List<Channel> datagrams = new ArrayList<>();
  private final EventLoopGroup listeners;
  private final EventLoopGroup children;
  private final EventLoopGroup clients;
  private final CountDownLatch echoed = new CountDownLatch(CLIENTS);

  /** What the event loops wait for. */
  enum Loops { SELECTOR, PORT, PORT_AND_SELECTOR }

  RealLoopsTest(Loops loops) {
    listeners = newGroup(1, loops);
    children = newGroup(2, loops);
    clients = newGroup(2, loops);
  }

  private EventLoopGroup newGroup(int threads, Loops loops) {
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

  private static void shutDown(EventLoopGroup group) throws InterruptedException {
    group.shutdownGracefully(0, 10, TimeUnit.SECONDS);
    assertTrue(group.awaitTermination(20, TimeUnit.SECONDS));
  }

  private void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, () -> "it never came to be; left: " + kernel.leftovers());
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  private static Channel done(ChannelFuture future) {
    assertTrue(future.awaitUninterruptibly(20, TimeUnit.SECONDS), "it never completed");
    assertTrue(future.isSuccess(), String.valueOf(future.cause()));
    return future.channel();
  }

  /** Sends, and counts what comes back. */
  private final class Client extends ChannelInboundHandlerAdapter {
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
  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      context.writeAndFlush(message, context.voidPromise());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // As above.
    }
  }

  private Channel listen(int maxInstances) {
    return done(new ServerBootstrap().group(listeners, children).channelFactory(() -> new NamedPipeServerChannel(io))
        .option(NamedPipeChannelOption.PIPE_MAX_INSTANCES, maxInstances)
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel child) {
            child.pipeline().addLast(new Echo());
          }
        }).bind(ADDRESS));
  }

  private Channel connect() {
    return done(new Bootstrap().group(clients).channelFactory(() -> new NamedPipeChannel(io)).handler(new Client())
        .connect(ADDRESS));
  }

  private List<Channel> echo() throws Exception {
    listen(NamedPipeServerChannelConfig.UNLIMITED_INSTANCES);
    List<Channel> connected = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      connected.add(connect());
    }
    assertTrue(echoed.await(20, TimeUnit.SECONDS), () -> echoed.getCount() + " were not answered");
    return connected;
  }

  @Test
  void manyThreadsCarryEverythingAndLeaveNothing() throws Exception {
    List<Channel> connected = echo();
    connected.forEach(Channel::close);
    connected.forEach(client -> done(client.closeFuture()));
  }

  @Test
  void channelsOfSocketsComeAndGoAndThePipesGoOn() throws Exception {
    datagrams.forEach(datagram -> done(datagram.close()));
    List<Channel> connected = echo();
    for (int i = 0; i < 200; i++) {
      Channel socket = done(new Bootstrap().group(i % 2 == 0 ? children : clients).channel(NioDatagramChannel.class)
          .handler(new ChannelInboundHandlerAdapter()).bind(InetAddress.getLoopbackAddress(), 0));
      Channel client = connected.get(i % CLIENTS);
      CountDownLatch answered = new CountDownLatch(1);
      client.pipeline().addFirst("answer", new ChannelInboundHandlerAdapter() {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
          ((ByteBuf) message).release();
          context.pipeline().remove(this);
          answered.countDown();
        }
      });
      done(client.writeAndFlush(Unpooled.buffer().writeZero(1)));
      assertTrue(answered.await(20, TimeUnit.SECONDS), "not answered");
      done(socket.close());
    }
  }

  @SuppressWarnings("deprecation") // EventLoop.register is how a channel gets to its next loop
  @Test
  void aListenerMovesFromLoopToLoopWhileClientsCome() throws Exception {
    Channel listener = listen(NamedPipeServerChannelConfig.UNLIMITED_INSTANCES);
    List<ChannelFuture> connects = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      connects.add(new Bootstrap().group(clients).channelFactory(() -> new NamedPipeChannel(io)).handler(new Client())
          .connect(ADDRESS));
      done(listener.deregister());
      done((i % 2 == 0 ? children : listeners).next().register(listener));
    }
    connects.forEach(RealLoopsTest::done);
    assertTrue(echoed.await(20, TimeUnit.SECONDS), () -> echoed.getCount() + " were not answered");
    connects.forEach(connect -> done(connect.channel().close()));
  }

  @SuppressWarnings("deprecation") // as above
  @Test
  void aConnectionMovesFromLoopToLoopInTheMiddleOfItsTraffic() throws Exception {
    listen(NamedPipeServerChannelConfig.UNLIMITED_INSTANCES);
    Channel client = connect();
    for (int i = 0; i < 200; i++) {
      done(client.deregister());
      done((i % 2 == 0 ? children : clients).next().register(client));
    }
    await(() -> echoed.getCount() == CLIENTS - 1);
    done(client.close());
  }

  @SuppressWarnings("deprecation") // as above
  @Test
  void aConnectionOutlivesTheLoopItHasLeft() throws Exception {
    listen(NamedPipeServerChannelConfig.UNLIMITED_INSTANCES);
    Channel client = connect();
    done(client.deregister());
    done(listeners.next().register(client));
    shutDown(clients);
    await(() -> echoed.getCount() == CLIENTS - 1);
    assertTrue(client.isOpen());
    done(client.close());
  }

  @Test
  void aLoopAtWorkNeedsNoPacketToFindItsTasks() throws Exception {
    listen(NamedPipeServerChannelConfig.UNLIMITED_INSTANCES);
    Channel client = connect();
    await(() -> echoed.getCount() == CLIENTS - 1);
    AtomicInteger posts = new AtomicInteger(-1);
    CountDownLatch ran = new CountDownLatch(1);
    client.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        ((ByteBuf) message).release();
        Thread other = new Thread(() -> {
          int before = kernel.posts();
          context.executor().execute(ran::countDown);
          posts.set(kernel.posts() - before);
        });
        other.start();
        other.join();
      }
    });
    // Nothing else is going on, and its peer's loop is another one.
    done(client.writeAndFlush(Unpooled.buffer().writeZero(1)));
    assertTrue(ran.await(20, TimeUnit.SECONDS), "the task never ran");
    assertEquals(0, posts.get());
    done(client.close());
  }

  @Test
  void theEndOfTheClientsLoopsIsTheEndOfTheirChannels() throws Exception {
    List<Channel> connected = echo();
    shutDown(clients);
    connected.forEach(client -> assertTrue(!client.isOpen() && client.closeFuture().isDone()));
  }

  @Test
  void theEndOfTheServersLoopsIsTheEndForItsClients() throws Exception {
    List<Channel> connected = echo();
    shutDown(children);
    connected.forEach(client -> done(client.closeFuture()));
    connected.forEach(client -> assertEquals(CloseReason.PEER_CLOSED, ((NamedPipeChannel) client).closeReason()));
  }

  @Test
  void anAbortAfterTheLoopHasTerminatedIsNoError() throws Exception {
    listen(1);
    NamedPipeChannel client = (NamedPipeChannel) connect();
    shutDown(clients);
    assertTrue(client.abort().isDone());
  }

  @Test
  void aChildThatNoLoopTakesIsClosedAndItsRoomUsed() throws Exception {
    listen(1);
    shutDown(children);
    done(connect().closeFuture());
    // Between the end of the only instance and the next one nobody has the name.
    await(() -> kernel.waiting(ADDRESS.path()) == 1);
    done(connect().closeFuture());
    // Netty warns of each child on the listener's thread, which may be a little behind.
    shutDown(listeners);
    LogWatch.take();
  }
}
