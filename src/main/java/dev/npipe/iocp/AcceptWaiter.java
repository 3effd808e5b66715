// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for the events of accept queues, as many as one thread can, and tells the queues. Its thread ends when the last
 * queue is gone.
 */
final class AcceptWaiter {

  private static final Logger LOGGER = System.getLogger(AcceptWaiter.class.getName());
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int CAPACITY = EventSet.CAPACITY - 1;

  private final PipeKernel kernel;
  private final long changed;

  // Guarded by this.
  private final List<AcceptQueue> queues = new ArrayList<>();
  private final List<Long> forgotten = new ArrayList<>();
  private boolean ended;

  // Accessed by the thread that waits.
  private final EventSet events = new EventSet();
  private List<AcceptQueue> watched = List.of();

  AcceptWaiter(PipeKernel kernel) {
    this.kernel = kernel;
    this.changed = kernel.createEvent();
    if (changed <= 0) {
      throw new IllegalStateException("No event: " + PipeErrors.name((int) -changed) + " (" + -changed + ")");
    }
  }

  /** Takes a queue in, unless there is no room or the thread has ended. */
  synchronized boolean watch(AcceptQueue queue) {
    if (ended || queues.size() == CAPACITY) {
      return false;
    }
    queues.add(queue);
    kernel.setEvent(changed);
    return true;
  }

  /** Tells a queue nothing any more, and closes its event. */
  synchronized void forget(AcceptQueue queue) {
    queues.remove(queue);
    forgotten.add(queue.event());
    kernel.setEvent(changed);
  }

  synchronized boolean hasEnded() {
    return ended;
  }

  /** Gives up before anybody has waited. */
  synchronized void discard() {
    queues.clear();
    refresh();
  }

  void run() {
    boolean waiting = true;
    while (waiting) {
      try {
        waiting = poll(-1);
      } catch (RuntimeException | Error e) {
        LOGGER.log(Level.ERROR, "Clients could not be waited for", e);
        // What fails again and again must not take a whole processor.
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /** Waits once, and tells all queues whose event is signalled. Says whether there is anything left to wait for. */
  boolean poll(int timeoutMillis) {
    if (!refresh()) {
      return false;
    }
    int signalled = kernel.waitForEvent(events, 0, timeoutMillis);
    boolean allTold = true;
    while (signalled >= 0) {
      if (signalled > 0) {
        allTold &= tell(watched.get(signalled - 1));
      }
      // The first that is signalled is reported: asked once only, a busy listener would hide those behind it.
      int following = signalled + 1;
      signalled = following < events.size() ? kernel.waitForEvent(events, following, 0) : -PipeErrors.WAIT_TIMEOUT;
    }
    if (signalled != -PipeErrors.WAIT_TIMEOUT) {
      throw new IllegalStateException("Wait: " + PipeErrors.name(-signalled) + " (" + -signalled + ")");
    }
    if (!allTold) {
      // A loop with no room for a task now has some soon.
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return true;
  }

  /** Whatever is wrong with one event loop, those behind it are told. */
  private static boolean tell(AcceptQueue queue) {
    try {
      return queue.tell();
    } catch (RuntimeException | Error e) {
      LOGGER.log(Level.ERROR, "An event loop could not be told of a client", e);
      return false;
    }
  }

  private synchronized boolean refresh() {
    if (!watched.equals(queues)) {
      watched = new ArrayList<>(queues);
      events.clear();
      events.add(changed);
      watched.forEach(queue -> events.add(queue.event()));
    }
    // Not before they are out of the set: the number of a closed handle may soon be another's.
    forgotten.forEach(kernel::closeEvent);
    forgotten.clear();
    if (watched.isEmpty()) {
      ended = true;
      kernel.closeEvent(changed);
    }
    return !ended;
  }
}
