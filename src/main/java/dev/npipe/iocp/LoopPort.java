// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/**
 * The driver without a hop: the port of one event loop, at which the loop itself waits. While the loop has to wait
 * elsewhere, a watcher thread waits here for it and hands over, as the {@link SharedPoller} does.
 *
 * <p>One thread at a time polls: the loop, or the watcher from {@link #watch} until the task it was given says that it
 * has ended. All methods are for the event loop's thread, but for {@link #wakeUp}.
 */
public final class LoopPort implements CompletionDriver {

  private enum Life { POLLED_BY_LOOP, WATCHED, ENDING_WATCH, RETIRED }

  private static final Logger LOGGER = System.getLogger(LoopPort.class.getName());
  private static final AtomicInteger WATCHERS = new AtomicInteger();
  private static final int FOR_EVER = -1;
  private static final Runnable NOTHING = () -> { };
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long NO_THREAD_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final PipeKernel kernel;
  private final OverlappedBlocks blocks;
  private final Executor eventLoop;
  private final AcceptQueue accepts;
  private final CompletionPort port;
  private final LoopMailbox home;

  // Written by the event loop, read by the watcher.
  private volatile Life life = Life.POLLED_BY_LOOP;

  // Event loop only.
  private long noThreadUntilNanos = System.nanoTime();

  // Guarded by this.
  private boolean closed;

  LoopPort(PipeKernel kernel, OverlappedBlocks blocks, Executor eventLoop, AcceptWaiters waiters) {
    this.kernel = kernel;
    this.blocks = blocks;
    this.eventLoop = eventLoop;
    this.accepts = new AcceptQueue(kernel, eventLoop, waiters);
    this.port = new CompletionPort(kernel, blocks, UnaryOperator.identity(), this::idle);
    this.home = port.keepMailbox(eventLoop);
    home.setPolled(true);
  }

  @Override
  public PipeKernel kernel() {
    return kernel;
  }

  @Override
  public PipeHandle own(long value) {
    return new PipeHandle(kernel, blocks, value);
  }

  @Override
  public int attach(PipeHandle handle, Executor to) {
    return port.attach(handle, to);
  }

  @Override
  public int accept(PipeHandle instance, IoOperation operation, Executor to) {
    return accepts.accept(instance, operation);
  }

  /**
   * How many handles have their completions arrive here.
   *
   * @return the number
   */
  public int attachedHandles() {
    return port.attachedHandles();
  }

  /**
   * Dequeues a batch of packets; the operations of this loop complete before the call returns.
   *
   * @param timeoutMillis how long to wait for the first, 0 for not at all, -1 for ever
   * @param awake called when the wait is over, before the operations complete
   * @return whether there were any
   */
  public boolean poll(int timeoutMillis, Runnable awake) {
    boolean any = poll(accepts.isDue() ? 0 : timeoutMillis, home, awake);
    accepts.turn();
    return any;
  }

  /** The event loop has its turn elsewhere: what it does for clients with each turn it does all the same. */
  public void turnElsewhere() {
    accepts.turn();
  }

  private boolean pollForOthers(int timeoutMillis) {
    return poll(timeoutMillis, null, NOTHING);
  }

  private boolean poll(int timeoutMillis, LoopMailbox here, Runnable awake) {
    int answer = PipeErrors.SUCCESS;
    try {
      answer = port.poll(timeoutMillis, here, awake);
    } catch (RuntimeException | Error e) {
      // It would end the thread, and with it all other channels.
      LOGGER.log(Level.ERROR, "A completion could not be handled", e);
    }
    if (answer != PipeErrors.SUCCESS && answer != PipeErrors.WAIT_TIMEOUT) {
      LOGGER.log(Level.ERROR, "Dequeue: {0} ({1})", PipeErrors.name(answer), answer);
      // What fails again and again must not take a whole processor.
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return answer == PipeErrors.SUCCESS;
  }

  /**
   * Whether the next {@link #poll} would not wait: operations of this loop are to go on in it, or clients have come.
   *
   * @return true if it would not
   */
  public boolean hasPostponed() {
    return home.hasPostponed() || accepts.isDue();
  }

  /**
   * Ends a {@link #poll} that waits, or the next one. Any thread.
   *
   * @return whether it does: not where the kernel is short of memory, and whoever has something to say is to try again
   */
  public synchronized boolean wakeUp() {
    return closed || port.wakeUp();
  }

  /**
   * Says who polls.
   *
   * @return whether a watcher does
   */
  public boolean isWatched() {
    return life != Life.POLLED_BY_LOOP;
  }

  /**
   * Lets a watcher poll from now on.
   *
   * @return whether there is one; if not, no thread was to be had, and the loop is to ask again
   */
  public boolean watch() {
    if (life == Life.POLLED_BY_LOOP && System.nanoTime() - noThreadUntilNanos >= 0) {
      life = Life.WATCHED;
      try {
        startThread(this::runWatcher);
      } catch (OutOfMemoryError e) {
        LOGGER.log(Level.ERROR, "A completion port cannot be watched", e);
        life = Life.POLLED_BY_LOOP;
        noThreadUntilNanos = System.nanoTime() + NO_THREAD_NANOS;
        return false;
      }
      home.setPolled(false);
    }
    return isWatched();
  }

  private static void startThread(Runnable task) {
    Thread thread = new Thread(task, "npipe-watcher-" + WATCHERS.incrementAndGet());
    thread.setDaemon(true);
    thread.start();
  }

  /** Asks the watcher to end; the loop polls again once {@link #isWatched} says no, and is woken for that. */
  public void endWatch() {
    if (life == Life.WATCHED) {
      life = Life.ENDING_WATCH;
      wakeUp();
    }
  }

  private void runWatcher() {
    while (life == Life.WATCHED) {
      pollForOthers(FOR_EVER);
    }
    try {
      if (life == Life.ENDING_WATCH) {
        eventLoop.execute(this::watchEnded);
        return;
      }
    } catch (RejectedExecutionException terminated) {
      // The loop has ended meanwhile, or is about to, and says so below.
    }
    runOut();
  }

  /** What is in flight comes back, and then nobody needs the port any more. */
  private void runOut() {
    while (life != Life.RETIRED || port.attachedHandles() > 0) {
      pollForOthers(FOR_EVER);
    }
    close();
  }

  private synchronized void close() {
    closed = true;
    port.close();
  }

  private void watchEnded() {
    if (life == Life.ENDING_WATCH) {
      life = Life.POLLED_BY_LOOP;
      home.setPolled(true);
    }
  }

  /**
   * The event loop ends, and has closed its channels: what is still in flight is waited for, by another thread if it
   * takes any time, and the port is closed after it.
   */
  public void retire() {
    accepts.close();
    boolean watched = isWatched();
    while (!watched && port.attachedHandles() > 0 && pollForOthers(0)) {
      continue;
    }
    life = Life.RETIRED;
    if (watched) {
      wakeUp();
    } else if (port.attachedHandles() == 0) {
      close();
    } else {
      startThread(this::runOut);
    }
  }

  private void idle() {
    if (life == Life.RETIRED) {
      wakeUp();
    }
  }
}
