// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads and writes of a handle that was not opened for overlapped I/O, on one thread while there is something to do.
 *
 * <p>The system lets one call after the other on such a handle: a read that waits keeps a write waiting. So a write has
 * the read that waits interrupted, goes first, and the read is begun again; an interrupted read loses nothing.
 */
final class BlockingIo implements Runnable {

  private static final long RETRY_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
  private static final long LONGEST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final AdoptionKernel kernel;
  private final PipeHandle handle;
  private final Executor threads;

  // Guarded by this.
  private Call read;
  private Call write;
  private Call current;
  private long attempt;
  private long thread;
  private boolean running;

  /** One operation, and where its bytes are. */
  private static final class Call {
    final IoOperation operation;
    final long address;
    final int length;
    boolean cancelled;
    boolean interrupted;

    Call(IoOperation operation, long address, int length) {
      this.operation = operation;
      this.address = address;
      this.length = length;
    }
  }

  BlockingIo(AdoptionKernel kernel, PipeHandle handle, Executor threads) {
    this.kernel = kernel;
    this.handle = handle;
    this.threads = threads;
  }

  /** Takes an operation that completes later. */
  synchronized void submit(IoOperation operation, long address, int length, boolean writing) {
    Call call = new Call(operation, address, length);
    if (writing) {
      write = call;
    } else {
      read = call;
    }
    if (!running) {
      running = true;
      start();
    } else if (writing && current != null && current == read) {
      interrupt(current);
    }
  }

  private void start() {
    try {
      threads.execute(this);
    } catch (RuntimeException | Error e) {
      running = false;
      read = null;
      write = null;
      throw e;
    }
  }

  /** Asks for the end of an operation; it completes, by then or with what it has achieved. */
  synchronized void cancel(IoOperation operation) {
    for (Call call : new Call[] {read, write}) {
      if (call != null && call.operation == operation) {
        call.cancelled = true;
        if (call == current) {
          interrupt(call);
        }
      }
    }
  }

  /** Ends the call the thread is in, or is about to enter: then it has to be asked for again. */
  private void interrupt(Call call) {
    if (!call.interrupted) {
      call.interrupted = true;
      long interrupted = attempt;
      threads.execute(() -> interruptUntilOver(interrupted));
    }
  }

  private void interruptUntilOver(long interrupted) {
    long pause = RETRY_NANOS;
    while (interruptOnce(interrupted)) {
      LockSupport.parkNanos(this, pause);
      pause = Math.min(pause * 2, LONGEST_RETRY_NANOS);
    }
  }

  private synchronized boolean interruptOnce(long interrupted) {
    if (current == null || attempt != interrupted || thread == 0) {
      return false;
    }
    kernel.interrupt(thread);
    return true;
  }

  @Override
  public void run() {
    synchronized (this) {
      thread = kernel.currentThread();
    }
    for (Call next = next(); next != null; next = next()) {
      int result = next.cancelled ? -PipeErrors.OPERATION_ABORTED : perform(next);
      if (isOver(next, result)) {
        next.operation.finished(result < 0 ? -result : PipeErrors.SUCCESS, Math.max(result, 0));
      }
    }
  }

  private synchronized Call next() {
    current = write != null ? write : read;
    attempt++;
    if (current == null) {
      running = false;
      if (thread != 0) {
        kernel.closeThread(thread);
        thread = 0;
      }
    }
    return current;
  }

  private int perform(Call call) {
    if (!handle.acquire()) {
      return -PipeErrors.INVALID_HANDLE;
    }
    try {
      return call == write
          ? kernel.writeNow(handle.value(), call.address, call.length)
          : kernel.readNow(handle.value(), call.address, call.length);
    } finally {
      handle.release();
    }
  }

  private synchronized boolean isOver(Call call, int result) {
    current = null;
    if (result == -PipeErrors.OPERATION_ABORTED && call.interrupted && !call.cancelled) {
      // Only to let a write pass.
      call.interrupted = false;
      return false;
    }
    if (call == write) {
      write = null;
    } else {
      read = null;
    }
    return true;
  }
}
