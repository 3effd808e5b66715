// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.LoopPort;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets an event loop wait at a completion port of its own: no thread stands between the kernel and the channel.
 *
 * <p>NIO channels may live on the same loop. As nobody can wait for a port and a selector at once, the loop then waits
 * for the selector, and a watcher thread waits at the port and hands over: pipes cost there what they cost on any other
 * loop. Some time after the last NIO channel has left, the loop returns to its port.
 *
 * <p>All methods but {@link #wakeup()}, and what looks at it from outside, are called on the event loop.
 */
public final class NamedPipeIoHandler implements IoHandler {

  /** Long enough for a loop with a few short connections over TCP not to go to and fro. */
  private static final Duration STAY_WITH_NIO = Duration.ofMillis(100);
  private static final long HALF_MILLI_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
  private static final long MOST_MILLIS = TimeUnit.HOURS.toMillis(1);

  /** A context for one more look at the selector. */
  private static final IoHandlerContext WITHOUT_WAITING = new IoHandlerContext() {
    @Override
    public boolean canBlock() {
      return false;
    }

    @Override
    public long delayNanos(long currentTimeNanos) {
      return 0;
    }

    @Override
    public long deadlineNanos() {
      return -1;
    }
  };

  private final ThreadAwareExecutor executor;
  private final LoopPort port;
  private final long stayWithNioNanos;

  // Written by the event loop, read by whoever wakes it.
  private final AtomicBoolean waitsAtPort = new AtomicBoolean();
  /** Before the handlers run: a loop at work looks for tasks by itself, and needs no packet for each. */
  private final Runnable awake = () -> waitsAtPort.lazySet(false);
  private volatile boolean waitsForNio;
  private volatile IoHandler nio;

  // Written by whoever closes an NIO channel, read by the event loop.
  private final AtomicInteger nioRegistrations = new AtomicInteger();
  private volatile long nioLeftNanos;

  // Event loop only.
  private final Set<PipeRegistration> pipes = new LinkedHashSet<>();

  private NamedPipeIoHandler(PipeIo io, Duration stayWithNio, ThreadAwareExecutor executor) {
    this.executor = executor;
    this.stayWithNioNanos = stayWithNio.toNanos();
    this.port = io.loopPorts().open(executor);
  }

  /**
   * Creates handlers for event loops: {@code new MultiThreadIoEventLoopGroup(NamedPipeIoHandler.newFactory())}.
   *
   * @return the factory
   * @throws UnsupportedOperationException where there are no named pipes
   */
  public static IoHandlerFactory newFactory() {
    return newFactory(PipeIo.shared());
  }

  static IoHandlerFactory newFactory(PipeIo io) {
    return executor -> newHandler(io, STAY_WITH_NIO, executor);
  }

  /** With how long the loop stays at the selector when the last NIO channel has left. */
  static NamedPipeIoHandler newHandler(PipeIo io, Duration stayWithNio, ThreadAwareExecutor executor) {
    return new NamedPipeIoHandler(io, stayWithNio, executor);
  }

  /** Whether the loop waits at its port, and not at a selector. Any thread. */
  boolean isAtPort() {
    return !waitsForNio;
  }

  @Override
  public void initialize() {
    if (executor instanceof SingleThreadEventExecutor) {
      // Told to shut down without a quiet period, a loop may end without having prepared for it.
      ((SingleThreadEventExecutor) executor).addShutdownHook(this::closePipes);
    }
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handleType) {
    return PipeIoHandle.class == handleType || NioIoHandle.class.isAssignableFrom(handleType);
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    if (handle instanceof PipeIoHandle) {
      PipeRegistration registration = new PipeRegistration((PipeIoHandle) handle);
      pipes.add(registration);
      return registration;
    }
    if (nio == null) {
      IoHandler created = NioIoHandler.newFactory().newHandler(executor);
      created.initialize();
      nio = created;
    }
    IoRegistration registration = nio.register(handle);
    nioRegistrations.incrementAndGet();
    return new NioRegistration(registration);
  }

  @Override
  public int run(IoHandlerContext context) {
    if (nio == null || nioRegistrations.get() == 0 && returnsToPort()) {
      return runPort(context);
    }
    waitsForNio = true;
    if (port.attachedHandles() == 0 || port.watch()) {
      port.turnElsewhere();
      return nio.run(context);
    }
    // Without a watcher only looking at both in turn remains, at the price of a millisecond.
    int ready = nio.run(WITHOUT_WAITING);
    return ready + (port.poll(ready == 0 && context.canBlock() ? 1 : 0, awake) ? 1 : 0);
  }

  /** No NIO channel is left: says whether nobody else polls the port any more. */
  private boolean returnsToPort() {
    if (waitsForNio) {
      if (System.nanoTime() - nioLeftNanos < stayWithNioNanos) {
        return false;
      }
      port.endWatch();
      if (port.isWatched()) {
        return false;
      }
      waitsForNio = false;
      // The selector lets go of a closed socket only when it looks.
      nio.run(WITHOUT_WAITING);
    }
    return true;
  }

  private int runPort(IoHandlerContext context) {
    int timeoutMillis = 0;
    if (context.canBlock() && !port.hasPostponed()) {
      long delayNanos = context.delayNanos(System.nanoTime());
      waitsAtPort.set(true);
      // Whoever had a task before that did not wake us; whoever has one from here on does.
      if (context.canBlock()) {
        timeoutMillis = (int) Math.min((delayNanos + HALF_MILLI_NANOS) / 1_000_000, MOST_MILLIS);
      }
    }
    return port.poll(timeoutMillis, awake) ? 1 : 0;
  }

  @Override
  public void wakeup() {
    if (executor.isExecutorThread(Thread.currentThread())) {
      return;
    }
    if (waitsAtPort.get() && waitsAtPort.compareAndSet(true, false)) {
      if (!port.wakeUp()) {
        waitsAtPort.set(true);
      }
    } else if (waitsForNio) {
      nio.wakeup();
    }
  }

  @Override
  public void prepareToDestroy() {
    closePipes();
    if (nio != null) {
      nio.prepareToDestroy();
    }
  }

  @Override
  public void destroy() {
    // Nothing is left by now, unless a channel was registered in the very last moment.
    closePipes();
    port.retire();
    if (nio != null) {
      nio.destroy();
    }
  }

  private void closePipes() {
    new ArrayList<>(pipes).forEach(registration -> registration.handle.close());
  }

  /** A pipe on this loop. */
  private final class PipeRegistration implements IoRegistration {

    private final PipeIoHandle handle;

    PipeRegistration(PipeIoHandle handle) {
      this.handle = handle;
    }

    @SuppressWarnings("unchecked") // as declared by Netty: the caller knows what it asks for
    @Override
    public <T> T attachment() {
      return (T) port;
    }

    @Override
    public long submit(IoOps operations) {
      throw new UnsupportedOperationException("A pipe's operations are submitted to the kernel");
    }

    @Override
    public boolean isValid() {
      return pipes.contains(this);
    }

    @Override
    public boolean cancel() {
      return pipes.remove(this);
    }
  }

  /** An NIO channel on this loop, counted. */
  private final class NioRegistration implements IoRegistration {

    private final IoRegistration registration;

    NioRegistration(IoRegistration registration) {
      this.registration = registration;
    }

    @Override
    public <T> T attachment() {
      return registration.attachment();
    }

    @Override
    public long submit(IoOps operations) {
      return registration.submit(operations);
    }

    @Override
    public boolean isValid() {
      return registration.isValid();
    }

    @Override
    public boolean cancel() {
      if (!registration.cancel()) {
        return false;
      }
      nioLeftNanos = System.nanoTime();
      nioRegistrations.decrementAndGet();
      return true;
    }
  }
}
