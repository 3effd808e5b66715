// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.SimulatedPipeKernel;
import dev.npipe.iocp.SteppedDriver;
import dev.npipe.iocp.SteppedLoopPorts;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.ManualIoEventLoop;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Channels on a simulated kernel, with everything that happens in one thread, one step at a time: event loops, the
 * dequeuing of packets, opens, timers, and the kernel itself.
 */
final class SimulatedWorld {

  /** What fits into a pipe that nobody reads. */
  static final int QUOTA_BYTES = 64 * 1024;

  private static final int QUIET_ROUNDS = 20_000;

  /** An event loop's I/O part without I/O. */
  private static final class NoIo implements IoHandler {
    @Override
    public int run(IoHandlerContext context) {
      return 0;
    }

    @Override
    public IoRegistration register(IoHandle handle) {
      throw new IllegalArgumentException("no I/O here");
    }

    @Override
    public void wakeup() {
      // Nobody sleeps.
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
      return false;
    }
  }

  /** Who dequeues. */
  enum Drivers { SHARED, IN_LOOP }

  /** What runs code in the name of clients. */
  Executor clientThreads = this::runLater;
  final SimulatedPipeKernel kernel;
  final SteppedDriver driver;
  final PipeIo io;
  final MockTicker ticker = Ticker.newMockTicker();
  final SteppedLoopPorts loopPorts;
  final ManualIoEventLoop serverLoop;
  final ManualIoEventLoop childLoop;
  final ManualIoEventLoop clientLoop;
  final ArrayDeque<Runnable> opens = new ArrayDeque<>();
  final ShortOfMemory allocator = new ShortOfMemory();
  /** Whether servers and clients are in message mode, from now on. */
  boolean messages;
  private final Random random;

  SimulatedWorld(long seed, Drivers drivers) {
    random = new Random(seed);
    kernel = new SimulatedPipeKernel(seed);
    driver = new SteppedDriver(kernel);
    loopPorts = new SteppedLoopPorts(kernel);
    io = new PipeIo(driver.driver(), loopPorts.ports(), new PipeThreads(opens::add, opens::add, opens::add,
        task -> clientThreads.execute(task), opens::add, kernel.threads));
    IoHandlerFactory handlers = drivers == Drivers.IN_LOOP ? NamedPipeIoHandler.newFactory(io) : executor -> new NoIo();
    serverLoop = newLoop(handlers);
    childLoop = newLoop(handlers);
    clientLoop = newLoop(handlers);
  }

  private ManualIoEventLoop newLoop(IoHandlerFactory handlers) {
    return new ManualIoEventLoop(null, Thread.currentThread(), handlers, ticker);
  }

  ServerBootstrap server(Consumer<NamedPipeChannel> child) {
    return new ServerBootstrap()
        .group(serverLoop, childLoop)
        .channelFactory(() -> new NamedPipeServerChannel(io))
        .option(NamedPipeChannelOption.PIPE_INBOUND_BUFFER, QUOTA_BYTES)
        .option(NamedPipeChannelOption.PIPE_OUTBOUND_BUFFER, QUOTA_BYTES)
        .option(NamedPipeChannelOption.PIPE_MESSAGE_MODE, messages)
        .childOption(ChannelOption.ALLOCATOR, allocator)
        .childHandler(new ChannelInitializer<NamedPipeChannel>() {
          @Override
          protected void initChannel(NamedPipeChannel accepted) {
            child.accept(accepted);
          }
        });
  }

  /** A server that is listening, its children initialised so. */
  NamedPipeServerChannel listen(String name, ChannelHandler serverHandler, Consumer<NamedPipeChannel> child) {
    return listen(name, serverHandler, Map.of(), child);
  }

  /** As above, with options. */
  NamedPipeServerChannel listen(String name, ChannelHandler serverHandler, Map<ChannelOption<Integer>, Integer> options,
      Consumer<NamedPipeChannel> child) {
    ServerBootstrap bootstrap = server(child);
    options.forEach(bootstrap::option);
    if (serverHandler != null) {
      bootstrap.handler(serverHandler);
    }
    ChannelFuture bound = bootstrap.bind(NamedPipeAddress.of(name));
    settle();
    if (bound.cause() != null) {
      throw new AssertionError("not bound", bound.cause());
    }
    return (NamedPipeServerChannel) bound.channel();
  }

  Bootstrap client(ChannelHandler handler) {
    return new Bootstrap()
        .group(clientLoop)
        // The default resolver would keep the loop, and with it this world, for the life of the process.
        .disableResolver()
        .channelFactory(() -> new NamedPipeChannel(io))
        .option(NamedPipeChannelOption.PIPE_MESSAGE_MODE, messages)
        .option(ChannelOption.ALLOCATOR, allocator)
        .handler(handler);
  }

  NamedPipeChannel connect(String name, ChannelHandler handler) {
    ChannelFuture connected = client(handler).connect(NamedPipeAddress.of(name));
    settle();
    if (!connected.isSuccess()) {
      throw new AssertionError("not connected", connected.cause());
    }
    return (NamedPipeChannel) connected.channel();
  }

  /** One step of one of the parts, chosen by the seed. */
  void step() {
    switch (random.nextInt(8)) {
      case 0 -> serverLoop.runNow();
      case 1 -> childLoop.runNow();
      case 2 -> clientLoop.runNow();
      case 3 -> {
        driver.poll();
        loopPorts.poll();
      }
      case 4 -> kernel.step();
      case 5 -> runOpen();
      case 6 -> mayBlock(kernel.threads::step);
      default -> ticker.advance(random.nextInt(20), TimeUnit.MILLISECONDS);
    }
  }

  /** Everything but the loop of the server's children, for a while. */
  void runAllButTheChildren() {
    for (int i = 0; i < QUIET_ROUNDS; i++) {
      serverLoop.runNow();
      runAllButTheServer();
    }
  }

  /** A step of all but the loops of the server and its children. */
  void runAllButTheServer() {
    clientLoop.runNow();
    driver.poll();
    loopPorts.poll();
    kernel.step();
    runOpen();
    mayBlock(kernel.threads::step);
  }

  private void runLater(Runnable blocking) {
    opens.add(blocking);
  }

  private boolean runOpen() {
    Runnable open = opens.poll();
    return open != null && mayBlock(() -> {
      open.run();
      return true;
    });
  }

  private boolean mayBlock(BooleanSupplier blocking) {
    kernel.mayBlock = true;
    try {
      return blocking.getAsBoolean();
    } finally {
      kernel.mayBlock = false;
    }
  }

  /** Runs everything until nothing happens any more by itself; timers do not count. */
  void settle() {
    int rounds = 0;
    while (round()) {
      if (++rounds > QUIET_ROUNDS) {
        throw new AssertionError("it never comes to rest");
      }
    }
  }

  /** Ends a loop; what it has not heard of by now it never will. */
  void terminate(ManualIoEventLoop loop) {
    ticker.advance(1, TimeUnit.MILLISECONDS);
    loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    for (int i = 0; !loop.isTerminated(); i++) {
      if (i > 100) {
        throw new AssertionError("the loop does not terminate");
      }
      // Its time to wait for further tasks is over once the clock has moved.
      ticker.advance(1, TimeUnit.MILLISECONDS);
      loop.runNow();
    }
  }

  private boolean round() {
    loopPorts.poll();
    boolean moved = serverLoop.runNow() + childLoop.runNow() + clientLoop.runNow() > 0;
    moved |= driver.poll();
    moved |= kernel.step();
    moved |= runOpen();
    moved |= mayBlock(kernel.threads::step);
    return moved;
  }

  /** As {@link #settle()}, letting time pass too. */
  void settle(long millis) {
    for (long passed = 0; passed < millis; passed += 10) {
      settle();
      ticker.advance(10, TimeUnit.MILLISECONDS);
    }
    settle();
  }

  /** Whether anything is left that somebody should have given back. */
  String leftovers() {
    StringBuilder left = new StringBuilder();
    kernel.misuses().forEach(misuse -> left.append("misuse of the kernel: ").append(misuse).append("; "));
    expectNone(left, "open handles", kernel.openHandles());
    expectNone(left, "threads at work", kernel.threads.busy());
    expectNone(left, "processes and tokens", kernel.identity.openObjects());
    expectNone(left, "operations in flight", kernel.operationsInFlight());
    expectNone(left, "attached handles", driver.attachedHandles());
    expectNone(left, "OVERLAPPED blocks", driver.blocksInUse() + loopPorts.ports().blocksInUse());
    expectNone(left, "bytes of direct memory", allocator.metric().usedDirectMemory());
    expectNone(left, "bytes of heap memory", allocator.metric().usedHeapMemory());
    return left.toString();
  }

  private static void expectNone(StringBuilder left, String what, long count) {
    if (count != 0) {
      left.append(count).append(' ').append(what).append("; ");
    }
  }

  static void closeAll(Iterable<? extends Channel> channels) {
    channels.forEach(Channel::close);
  }
}
