// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.channel.EventLoop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The event loop a listener is registered with. What its instances have to say, they may say on another one: that of
 * before, on which they began to wait. It runs here, or waits for the next registration.
 */
final class HomeLoop {

  private static final Logger LOGGER = System.getLogger(HomeLoop.class.getName());
  private static final long RETRY_MILLIS = 10;

  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final Runnable runWaiting = this::runWaiting;

  // Written by the event loop, read by any thread.
  private volatile EventLoop home;

  /** The listener is registered from here on. On the event loop. */
  void enter(EventLoop eventLoop) {
    home = eventLoop;
    if (!waiting.isEmpty()) {
      tell(eventLoop);
    }
  }

  /** The listener is registered no more. On the event loop. */
  void leave() {
    home = null;
  }

  /** Whether this is the event loop's thread. */
  boolean isHere() {
    EventLoop at = home;
    return at != null && at.inEventLoop();
  }

  /**
   * Runs a task on the event loop, as soon as there is one. Any thread.
   *
   * @return whether the event loop will know of it; if not, it runs with what is to be run next
   */
  boolean execute(Runnable task) {
    waiting.add(task);
    // Looked at after that: who enters meanwhile finds the task.
    EventLoop at = home;
    return at == null || tell(at);
  }

  private boolean tell(EventLoop at) {
    try {
      at.execute(runWaiting);
    } catch (RejectedExecutionException e) {
      // A loop that has terminated has closed the listener; one whose queue was just full has room again soon.
      if (at.isShuttingDown()) {
        return true;
      }
      if (!at.inEventLoop()) {
        return false;
      }
      at.schedule(runWaiting, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }
    return true;
  }

  private void runWaiting() {
    while (isHere() && !waiting.isEmpty()) {
      try {
        waiting.poll().run();
      } catch (RuntimeException | Error e) {
        // The others are not to wait for the next task.
        LOGGER.log(Level.ERROR, "A listener could not go on", e);
      }
    }
  }
}
