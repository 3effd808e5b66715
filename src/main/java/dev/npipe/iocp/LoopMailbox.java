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

  /** Completes the batch at hand; for the event loop that has dequeued it itself. */
  void completeCollected() {
    IoOperation last = batchNewest;
    batchNewest = null;
    batchOldest = null;
    complete(last);
  }

  private void complete(IoOperation last) {
    try {
      completeAll(last, false);
    } finally {
      resumeAll();
    }
  }

  /** Has an operation resumed after the others of this batch. */
  void postpone(IoOperation operation) {
    if (firstPostponed == null) {
      firstPostponed = operation;
    } else {
      lastPostponed.nextPostponed = operation;
    }
    lastPostponed = operation;
  }

  private void resumeAll() {
    IoOperation operation = firstPostponed;
    // Who postpones again meanwhile is for the next time: others on this loop want their turn too.
    firstPostponed = null;
    lastPostponed = null;
    try {
      while (operation != null) {
        IoOperation following = operation.nextPostponed;
        operation.nextPostponed = null;
        IoOperation resuming = operation;
        operation = following;
        resuming.resume(this);
      }
    } finally {
      while (operation != null) {
        IoOperation following = operation.nextPostponed;
        operation.nextPostponed = null;
        postpone(operation);
        operation = following;
      }
      if (firstPostponed != null) {
        resumeLater();
      }
    }
  }

  private void resumeLater() {
    try {
      eventLoop.execute(this);
    } catch (RejectedExecutionException terminated) {
      // It has closed its channels; nothing is in the kernel for these.
      firstPostponed = null;
      lastPostponed = null;
    }
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
    if (failure instanceof Error) {
      throw (Error) failure;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
  }
}
