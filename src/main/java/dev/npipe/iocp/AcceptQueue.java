// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The waits for clients of one event loop that polls a port of its own. An instance must not be associated with that
 * port, since its client may go to another event loop; so all waits of the loop share an event, and whoever sees it
 * signalled lets the loop look which of them are over.
 *
 * <p>Starting an operation resets its event (ConnectNamedPipe), and may so wipe out the signal of another wait that
 * nobody has seen yet. That is why the loop looks again after each start.
 *
 * <p>The next instance is there before a client is handed over, and may have its client before that is done. As tasks
 * that follow one another, such clients would keep the event loop from the pipes, sockets and timers that it has.
 */
final class AcceptQueue {

  private static final Logger LOGGER = System.getLogger(AcceptQueue.class.getName());
  private static final int CLOSING_STEP_MILLIS = 10;
  private static final int CLOSING_STEPS = 200;
  /** After so many looks as tasks, the next one is for the event loop's next turn at its port or its selector. */
  private static final int LOOKS_AS_TASK = 4;

  private final PipeKernel kernel;
  private final Executor eventLoop;
  private final AcceptWaiters waiters;
  private final Runnable lookTask = this::lookInTurn;
  private final AtomicBoolean lookScheduled = new AtomicBoolean();

  // Written by the event loop, read by the thread that waits.
  private volatile long event;

  // Event loop only.
  private final List<IoOperation> waiting = new ArrayList<>();
  /** Whose wait was over before it had begun. */
  private final List<IoOperation> known = new ArrayList<>();
  private AcceptWaiter waiter;
  private int looks;
  private boolean due;

  AcceptQueue(PipeKernel kernel, Executor eventLoop, AcceptWaiters waiters) {
    this.kernel = kernel;
    this.eventLoop = eventLoop;
    this.waiters = waiters;
  }

  long event() {
    return event;
  }

  /** Waits for a client on an instance; see {@link CompletionDriver#accept}. */
  int accept(PipeHandle instance, IoOperation operation) {
    if (waiter == null) {
      long created = kernel.createEvent();
      if (created <= 0) {
        return (int) -created;
      }
      event = created;
      try {
        waiter = waiters.watch(this);
      } catch (RuntimeException | Error e) {
        kernel.closeEvent(created);
        throw e;
      }
    }
    int answer = instance.connect(operation, event);
    if (answer == PipeErrors.IO_PENDING) {
      waiting.add(operation);
    } else {
      known.add(operation);
      operation.know(answer);
    }
    if (!known.isEmpty() || waiting.stream().anyMatch(IoOperation::isSignalled)) {
      tellSoon();
    }
    return PipeErrors.SUCCESS;
  }

  /** The wait has begun, so that its caller must not hear of a failure: the event is signalled, and tells again. */
  private void tellSoon() {
    try {
      tell();
    } catch (RuntimeException | Error e) {
      LOGGER.log(Level.DEBUG, "An event loop could not be told of a client yet", e);
    }
  }

  /**
   * Tells the event loop that a wait may be over. One that cannot be told, for want of room or memory, finds the event
   * signalled again, since a client that nobody looks for would wait for ever. Any thread.
   *
   * @return whether the event loop knows, or has ended
   */
  boolean tell() {
    boolean told = false;
    try {
      told = scheduleLook();
    } finally {
      if (!told) {
        kernel.setEvent(event);
      }
    }
    return told;
  }

  private boolean scheduleLook() {
    if (!lookScheduled.compareAndSet(false, true)) {
      return true;
    }
    try {
      eventLoop.execute(lookTask);
      return true;
    } catch (RejectedExecutionException e) {
      lookScheduled.set(false);
      // One that has ended looks for itself when it closes the queue.
      return !(eventLoop instanceof ExecutorService) || ((ExecutorService) eventLoop).isShutdown();
    } catch (RuntimeException | Error e) {
      lookScheduled.set(false);
      throw e;
    }
  }

  private void lookInTurn() {
    if (++looks % LOOKS_AS_TASK == 0) {
      due = true;
    } else {
      look();
    }
  }

  /** Whether a look waits for the event loop's next turn. */
  boolean isDue() {
    return due;
  }

  /** It is the event loop's turn at its port or its selector. */
  void turn() {
    if (due) {
      due = false;
      try {
        look();
      } catch (RuntimeException | Error e) {
        // Outside of a task it would end the event loop, and with it all that it serves.
        LOGGER.log(Level.ERROR, "Clients could not be looked for, and are soon again", e);
        kernel.setEvent(event);
      }
    }
  }

  private void look() {
    lookScheduled.set(false);
    for (IoOperation operation : takeOver()) {
      try {
        operation.finish();
      } catch (RuntimeException | Error e) {
        LOGGER.log(Level.ERROR, "A client could not be handed over", e);
      }
    }
  }

  private List<IoOperation> takeOver() {
    // With room for all: what is taken out must not be lost for want of memory.
    List<IoOperation> over = new ArrayList<>(waiting.size() + known.size());
    waiting.removeIf(operation -> operation.isSignalled() && over.add(operation));
    over.addAll(known);
    known.clear();
    return over;
  }

  /**
   * The event loop ends, and its listeners are closed: waits until the kernel has let go of their operations, which it
   * does at once. On the event loop's thread, as long as there is one: an operation without a port ends with the thread
   * that has started it.
   */
  void close() {
    if (waiter == null) {
      return;
    }
    EventSet mine = new EventSet();
    mine.add(event);
    for (int steps = 0; !(waiting.isEmpty() && known.isEmpty()) && steps < CLOSING_STEPS; steps++) {
      takeOver().forEach(IoOperation::finishOrphaned);
      if (!waiting.isEmpty()) {
        kernel.waitForEvent(mine, 0, CLOSING_STEP_MILLIS);
      }
    }
    if (!waiting.isEmpty()) {
      // Their memory is the kernel's for good (law 1).
      LOGGER.log(Level.ERROR, "{0} waits for clients did not end", waiting.size());
    }
    waiter.forget(this);
    waiter = null;
  }
}
