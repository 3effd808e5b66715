// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The completed operations that wait for one event loop: it is woken once for all that come together.
 *
 * <p>A stack of operations linked through themselves, so that handing over allocates nothing: whoever finds it empty
 * schedules the mailbox, and the loop takes all at once and turns them round.
 */
final class LoopMailbox implements Runnable {

  private final Executor eventLoop;
  private final AtomicReference<IoOperation> newest = new AtomicReference<>();

  /** Set when the event loop could not take the mailbox for want of memory: whoever pushes next tries again. */
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

  LoopMailbox(Executor eventLoop) {
    this.eventLoop = eventLoop;
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
    push(first, last);
  }

  /** Hands one operation over; any thread. */
  void deliver(IoOperation operation) {
    push(operation, operation);
  }

  private void push(IoOperation first, IoOperation last) {
    IoOperation before;
    do {
      before = newest.get();
      last.next = before;
    } while (!newest.compareAndSet(before, first));
    if (before == null || stranded) {
      stranded = false;
      try {
        eventLoop.execute(this);
      } catch (RejectedExecutionException terminated) {
        completeAll(newest.getAndSet(null), true);
      } catch (RuntimeException | Error e) {
        stranded = true;
        throw e;
      }
    }
  }

  @Override
  public void run() {
    complete(newest.getAndSet(null));
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
