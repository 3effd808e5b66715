// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The completed operations that wait for one event loop: it is woken once for all that come together.
 *
 * <p>A stack of operations linked through themselves, so that handing over allocates nothing: whoever finds it empty
 * schedules the mailbox, and the loop takes all at once and turns them round.
 */
final class LoopMailbox implements Runnable {

  /** After so many turns as a task behind the one before, the event loop sees to its selector and its timers first. */
  private static final int TURNS_AS_TASK = 4;

  private final Executor eventLoop;
  private final Executor waking;
  private final AtomicReference<IoOperation> newest = new AtomicReference<>();

  /** Set when the event loop could not take the mailbox for want of room: whoever pushes next tries again. */
  private volatile boolean stranded;

  // Accessed under the lock of the completion port that owns this mailbox.
  int handles;

  // Accessed by the thread that dequeues.
  private IoOperation batchNewest;
  private IoOperation batchOldest;
  LoopMailbox nextDirty;

  // Event loop only.
  private IoOperation firstPostponed;
  private IoOperation lastPostponed;
  private boolean resuming;
  /** Whether the event loop polls the port itself, and asks for what is postponed each time. */
  private boolean polled;
  private boolean running;
  private int turns;
  /** Whether the mailbox comes by the event loop's timer. */
  private boolean comesByTimer;

  /**
   * Empty.
   *
   * @param waking hands tasks to the event loop from other threads; may be the event loop itself
   */
  LoopMailbox(Executor eventLoop, Executor waking) {
    this.eventLoop = eventLoop;
    this.waking = waking;
  }

  Executor eventLoop() {
    return eventLoop;
  }

  /** Adds to the batch at hand. Says whether it is the first of the batch. */
  boolean collect(IoOperation operation) {
    operation.next = batchNewest;
    batchNewest = operation;
    if (batchOldest == null) {
      batchOldest = operation;
      return true;
    }
    return false;
  }

  /** Hands the batch over. */
  void deliver() {
    IoOperation first = batchNewest;
    IoOperation last = batchOldest;
    batchNewest = null;
    batchOldest = null;
    push(first, last, false);
  }

  /** Hands one operation over; any thread. */
  void deliver(IoOperation operation) {
    push(operation, operation, false);
  }

  /**
   * Hands over what was complete at once. As a task behind the one that runs it would come before the selector's turn,
   * and a peer that is always quicker would leave none to the others of its event loop. Event loop only.
   */
  void deliverKnown(IoOperation operation) {
    push(operation, operation, running && ++turns % TURNS_AS_TASK == 0);
  }

  private void push(IoOperation first, IoOperation last, boolean byTimer) {
    IoOperation before;
    do {
      before = newest.get();
      last.next = before;
    } while (!newest.compareAndSet(before, first));
    if (before == null || stranded) {
      wake(byTimer);
    }
  }

  /** Whether there is something that the event loop could not be told of. Any thread. */
  boolean isStranded() {
    return stranded;
  }

  /** Tells the event loop of what it could not be told before. Any thread. */
  void wakeAgain() {
    if (stranded) {
      wake(false);
    }
  }

  private void wake(boolean byTimer) {
    stranded = false;
    try {
      if (byTimer && eventLoop instanceof ScheduledExecutorService) {
        comesByTimer = true;
        ((ScheduledExecutorService) eventLoop).schedule(this, 0, TimeUnit.NANOSECONDS);
      } else {
        waking.execute(this);
      }
    } catch (RejectedExecutionException e) {
      if (eventLoop instanceof ExecutorService && !((ExecutorService) eventLoop).isShutdown()) {
        // Its queue is full, and it runs: what waits is not an orphan's.
        stranded = true;
        throw e;
      }
      orphanAll();
    } catch (RuntimeException | Error e) {
      stranded = true;
      throw e;
    }
  }

  /**
   * Lets a mailbox, if there is one, come as a task that was to come by timer: an event loop that shuts down cancels
   * those. Event loop only.
   */
  static void hurry(LoopMailbox mailbox) {
    if (mailbox != null && mailbox.comesByTimer) {
      mailbox.comesByTimer = false;
      mailbox.wake(false);
    }
  }

  /** There is no event loop for what waits here. */
  void orphanAll() {
    completeAll(newest.getAndSet(null), true);
  }

  @Override
  public void run() {
    comesByTimer = false;
    running = true;
    try {
      complete(newest.getAndSet(null));
    } finally {
      running = false;
    }
  }

  /** The event loop begins or ends to poll the port itself. */
  void setPolled(boolean polled) {
    this.polled = polled;
    if (!polled && hasPostponed()) {
      eventLoop.execute(this);
    }
  }

  boolean hasPostponed() {
    return firstPostponed != null;
  }

  /**
   * Completes the batch at hand, and resumes what was postponed; for the event loop that polls itself. Says whether
   * there was anything.
   */
  boolean completeCollected() {
    IoOperation last = batchNewest;
    batchNewest = null;
    batchOldest = null;
    boolean any = last != null || hasPostponed();
    complete(last);
    return any;
  }

  private void complete(IoOperation last) {
    try {
      completeAll(last, false);
    } finally {
      resumeAll();
    }
  }

  /** Has an operation resumed after the others of this batch; says whether it will. */
  boolean postpone(IoOperation operation) {
    if (resuming && !polled) {
      // As a task after this one it would keep the event loop from its selector.
      return false;
    }
    append(operation);
    return true;
  }

  private void append(IoOperation operation) {
    if (firstPostponed == null) {
      firstPostponed = operation;
    } else {
      lastPostponed.nextPostponed = operation;
    }
    lastPostponed = operation;
  }

  private void resumeAll() {
    IoOperation operation = firstPostponed;
    // Who postpones again meanwhile is for the next poll: others on this loop want their turn too.
    firstPostponed = null;
    lastPostponed = null;
    resuming = true;
    Throwable failure = null;
    while (operation != null) {
      IoOperation following = operation.nextPostponed;
      operation.nextPostponed = null;
      try {
        operation.resume(this);
      } catch (RuntimeException | Error e) {
        // One pipe's failure must not cost another its turn.
        failure = e;
      }
      operation = following;
    }
    resuming = false;
    rethrow(failure);
  }

  private void completeAll(IoOperation last, boolean orphaned) {
    IoOperation oldest = null;
    IoOperation operation = last;
    while (operation != null) {
      IoOperation earlier = operation.next;
      operation.next = oldest;
      oldest = operation;
      operation = earlier;
    }
    Throwable failure = null;
    while (oldest != null) {
      IoOperation later = oldest.next;
      oldest.next = null;
      try {
        if (orphaned) {
          oldest.orphan(this);
        } else {
          oldest.arrive(this);
        }
      } catch (RuntimeException | Error e) {
        // One pipe's failure must not cost another its completion.
        failure = e;
      }
      oldest = later;
    }
    rethrow(failure);
  }

  private static void rethrow(Throwable failure) {
    if (failure instanceof Error) {
      throw (Error) failure;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
  }
}
