// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeHandle;
import dev.npipe.iocp.PipeKernel;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;

/**
 * One wait for the peer to have read everything, on a thread that it blocks: for systems without an overlapped one. It
 * has a handle of its own, so that the channel can be closed meanwhile.
 */
final class BlockingFlush implements Runnable {

  private final PipeKernel kernel;
  private final PipeHandle pipe;
  private final IntConsumer outcome;

  // Guarded by this.
  private boolean cancelled;
  private boolean ended;
  private long thread;

  private BlockingFlush(PipeKernel kernel, PipeHandle pipe, IntConsumer outcome) {
    this.kernel = kernel;
    this.pipe = pipe;
    this.outcome = outcome;
  }

  /**
   * Begins to wait.
   *
   * @param threads the threads to wait on; when all of them wait, so does this
   * @param outcome is given the error code, 0 for success; on a thread of its own
   * @return the wait
   */
  static BlockingFlush start(PipeKernel kernel, PipeHandle pipe, Executor threads, IntConsumer outcome) {
    BlockingFlush flush = new BlockingFlush(kernel, pipe, outcome);
    threads.execute(flush);
    return flush;
  }

  @Override
  public void run() {
    int error = PipeErrors.OPERATION_ABORTED;
    try {
      long handle = duplicate();
      error = handle > 0 ? flush(handle) : (int) -handle;
    } finally {
      outcome.accept(error);
    }
  }

  /** Not before there is a thread: waiting for one, a second handle would keep a pipe open that has been closed. */
  private long duplicate() {
    if (!pipe.acquire()) {
      return -PipeErrors.OPERATION_ABORTED;
    }
    try {
      return kernel.duplicate(pipe.value());
    } finally {
      pipe.release();
    }
  }

  private int flush(long handle) {
    try {
      return begin() ? kernel.flush(handle) : PipeErrors.OPERATION_ABORTED;
    } finally {
      end();
      kernel.close(handle);
    }
  }

  private synchronized boolean begin() {
    thread = cancelled ? 0 : kernel.openCurrentThread();
    return !cancelled;
  }

  private synchronized void end() {
    ended = true;
    if (thread != 0) {
      kernel.closeThread(thread);
    }
  }

  /**
   * Asks for the end of the wait.
   *
   * @return whether it has to be asked for again, because the thread was about to begin
   */
  synchronized boolean cancel() {
    cancelled = true;
    return !ended && thread != 0 && kernel.cancelBlocked(thread) == PipeErrors.NOT_FOUND;
  }
}
