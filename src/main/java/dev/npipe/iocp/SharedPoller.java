// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/**
 * The driver that is always there: one daemon thread waits at one completion port and hands completions over to the
 * event loops of their channels. Works with any event loop; costs each read that had to wait a hop between threads.
 *
 * <p>Started by the first handle that is attached, ended some time after the last one has been removed. A handle is
 * removed only when all its operations have come back, so that nothing is in flight when the port is closed.
 */
public final class SharedPoller implements CompletionDriver {

  private static final Logger LOGGER = System.getLogger(SharedPoller.class.getName());
  private static final AtomicInteger THREADS = new AtomicInteger();

  /** How long the thread outlives its last handle: a client that reconnects at once finds it running. */
  private static final int IDLE_MILLIS = 500;
  private static final int FOR_EVER = -1;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final PipeKernel kernel;
  private final UnaryOperator<Executor> waking;
  private final OverlappedBlocks blocks = new OverlappedBlocks();

  // Guarded by this.
  private CompletionPort port;
  private int users;

  /**
   * Creates a poller, and starts nothing yet.
   *
   * @param kernel the kernel
   * @param waking given an event loop, on its thread, says what hands it tasks from other threads: the loop itself, or
   *     a cheaper way
   */
  public SharedPoller(PipeKernel kernel, UnaryOperator<Executor> waking) {
    this.kernel = kernel;
    this.waking = waking;
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
  public int attach(PipeHandle handle, Executor eventLoop) {
    CompletionPort running = enter();
    try {
      return running.attach(handle, eventLoop);
    } finally {
      leave();
    }
  }

  @Override
  public int accept(PipeHandle instance, IoOperation operation, Executor eventLoop) {
    CompletionPort running = enter();
    try {
      return running.accept(instance, operation, eventLoop);
    } finally {
      leave();
    }
  }

  private synchronized CompletionPort enter() {
    if (port == null) {
      port = start();
    }
    users++;
    return port;
  }

  private CompletionPort start() {
    CompletionPort started = new CompletionPort(kernel, blocks, waking, this::wakeUp);
    Thread thread = new Thread(() -> poll(started), "npipe-poller-" + THREADS.incrementAndGet());
    thread.setDaemon(true);
    try {
      thread.start();
    } catch (RuntimeException | Error e) {
      // No more threads to be had: a port nobody polls must not be left for others to find.
      started.close();
      throw e;
    }
    return started;
  }

  private synchronized void leave() {
    users--;
  }

  private synchronized void wakeUp() {
    if (port != null) {
      port.wakeUp();
    }
  }

  private synchronized boolean isIdle(CompletionPort running) {
    return users == 0 && running.attachedHandles() == 0;
  }

  /** Gives the port up, unless somebody came in the meantime. */
  private synchronized boolean retire(CompletionPort running) {
    if (!isIdle(running)) {
      return false;
    }
    port = null;
    return true;
  }

  private void poll(CompletionPort running) {
    boolean polling = true;
    while (polling) {
      try {
        int answer = running.poll(isIdle(running) ? IDLE_MILLIS : FOR_EVER, null);
        if (answer == PipeErrors.WAIT_TIMEOUT) {
          polling = !retire(running);
        } else if (answer != PipeErrors.SUCCESS) {
          throw new IllegalStateException("Dequeue: " + PipeErrors.name(answer) + " (" + answer + ")");
        }
      } catch (RuntimeException | Error e) {
        // Whatever one packet's owner did wrong, the others still wait for theirs.
        LOGGER.log(Level.ERROR, "A completion could not be handed over", e);
        // What fails again and again must not take a whole processor.
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    running.close();
  }

  /**
   * Whether the poller's thread is running.
   *
   * @return false before the first handle and some time after the last
   */
  public synchronized boolean isRunning() {
    return port != null;
  }

  /**
   * How many OVERLAPPED blocks are in use, one for each direction of each handle that has not been retired.
   *
   * @return the number
   */
  public int blocksInUse() {
    return blocks.taken();
  }
}
