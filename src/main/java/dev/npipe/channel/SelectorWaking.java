// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;

/**
 * Hands tasks to an event loop that waits in a selector, at half the price: one that Netty has woken wakes its selector
 * once more itself, so that the next wait ends at once and for nothing (NioIoHandler.run). Which is right for it, as it
 * cannot know whether the first one was too early; here the task is in the queue before, and is seen then. Any thread.
 */
final class SelectorWaking implements Executor {

  private static final InternalLogger LOGGER = InternalLoggerFactory.getInstance(SelectorWaking.class);

  /** That of the event loop whose thread this was when it was last asked. */
  private static final FastThreadLocal<SelectorWaking> LAST = new FastThreadLocal<>();

  private final SingleThreadEventExecutor eventLoop;
  private final Selector selector;

  SelectorWaking(SingleThreadEventExecutor eventLoop, Selector selector) {
    this.eventLoop = eventLoop;
    this.selector = selector;
  }

  /** What hands tasks to an event loop: the loop itself, unless there is a shorter way. On its thread. */
  static Executor of(Executor eventLoop) {
    if (!(eventLoop instanceof SingleThreadEventExecutor) || !(eventLoop instanceof IoEventLoop)
        || !((IoEventLoop) eventLoop).inEventLoop() || !((IoEventLoop) eventLoop).isIoType(NioIoHandler.class)) {
      return eventLoop;
    }
    SelectorWaking last = LAST.get();
    // A thread may be another loop's by now.
    if (last == null || last.eventLoop != eventLoop || !last.selector.isOpen()) {
      Selector selector = selectorOf((IoEventLoop) eventLoop);
      last = selector == null ? null : new SelectorWaking((SingleThreadEventExecutor) eventLoop, selector);
      LAST.set(last);
    }
    return last == null ? eventLoop : last;
  }

  /** The loop does not tell; whoever is registered with it knows. */
  private static Selector selectorOf(IoEventLoop eventLoop) {
    try (Guest guest = new Guest()) {
      Future<IoRegistration> registered = eventLoop.register(guest);
      if (registered.isSuccess()) {
        IoRegistration registration = registered.getNow();
        SelectionKey key = registration.attachment();
        registration.cancel();
        return key.selector();
      }
      LOGGER.debug("No selector of {}", eventLoop, registered.cause());
    } catch (IOException | RuntimeException e) {
      LOGGER.debug("No selector of {}", eventLoop, e);
    }
    return null;
  }

  @Override
  public void execute(Runnable task) {
    if (eventLoop.inEventLoop()) {
      eventLoop.execute(task);
      return;
    }
    eventLoop.lazyExecute(task);
    selector.wakeup();
    if (!selector.isOpen()) {
      // Netty has put another in its place (the JDK's epoll bug), and may wait there already.
      eventLoop.execute(() -> { });
    }
  }

  /** A channel that is registered for nothing, and for a moment. */
  private static final class Guest implements NioIoHandle {

    private final SocketChannel channel;

    Guest() throws IOException {
      channel = SocketChannel.open();
      channel.configureBlocking(false);
    }

    @Override
    public SelectableChannel selectableChannel() {
      return channel;
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
      // Nothing was asked for.
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
