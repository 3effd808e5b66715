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
  private final long handle;
  private final IntConsumer outcome;

  // Guarded by this.
  private boolean cancelled;
  private boolean ended;
  private long thread;

  private BlockingFlush(PipeKernel kernel, long handle, IntConsumer outcome) {
    this.kernel = kernel;
    this.handle = handle;
    this.outcome = outcome;
  }

  /**
   * Begins to wait.
   *
   * @param threads the threads to wait on; when all of them wait, so does this
   * @param outcome is given the error code, 0 for success; on a thread of its own
   * @return the wait, null when there was no handle to be had for it
   */
  static BlockingFlush start(PipeKernel kernel, PipeHandle pipe, Executor threads, IntConsumer outcome) {
    long duplicate = kernel.duplicate(pipe.value());
    if (duplicate <= 0) {
      return null;
    }
    BlockingFlush flush = new BlockingFlush(kernel, duplicate, outcome);
    try {
      threads.execute(flush);
    } catch (RuntimeException | Error e) {
      // No thread for it.
      kernel.close(duplicate);
      throw e;
    }
    return flush;
  }

  @Override
  public void run() {
    int error = PipeErrors.OPERATION_ABORTED;
    try {
      if (begin()) {
        error = kernel.flush(handle);
      }
    } finally {
      end();
      kernel.close(handle);
      outcome.accept(error);
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
