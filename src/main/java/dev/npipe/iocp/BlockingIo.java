// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * What is done with a handle that was not opened for overlapped I/O, on one thread while there is something to do.
 *
 * <p>The system lets one call after the other on such a handle, of whatever kind: a read that waits keeps all others
 * waiting. So what is more urgent has a call interrupted that waits for the peer, goes first, and the other is begun
 * again; an interrupted read or flush loses nothing. A write that waits for room is let be: a part of it may be gone.
 */
final class BlockingIo implements Runnable {

  private static final long RETRY_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
  private static final long LONGEST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** What there is to do, the most urgent first. */
  private enum Kind { DISCONNECT, WRITE, FLUSH, READ }

  private final AdoptionKernel kernel;
  private final PipeHandle handle;
  private final Executor threads;

  // Guarded by this.
  private final Map<Kind, Call> waiting = new EnumMap<>(Kind.class);
  private Call current;
  private int guests;
  private long attempt;
  private long thread;
  private boolean running;

  /** One operation, and where its bytes are. */
  private static final class Call {
    final Kind kind;
    final IoOperation operation;
    final long address;
    final int length;
    boolean cancelled;
    boolean interrupted;

    Call(Kind kind, IoOperation operation, long address, int length) {
      this.kind = kind;
      this.operation = operation;
      this.address = address;
      this.length = length;
    }

    boolean givesWay() {
      return kind == Kind.FLUSH || kind == Kind.READ;
    }
  }

  BlockingIo(AdoptionKernel kernel, PipeHandle handle, Executor threads) {
    this.kernel = kernel;
    this.handle = handle;
    this.threads = threads;
  }

  void read(IoOperation operation, long address, int length) {
    submit(new Call(Kind.READ, operation, address, length));
  }

  void write(IoOperation operation, long address, int length) {
    submit(new Call(Kind.WRITE, operation, address, length));
  }

  void flush(IoOperation operation) {
    submit(new Call(Kind.FLUSH, operation, 0, 0));
  }

  /** Cuts the client off; the handle has been entered for it. */
  void disconnect() {
    try {
      submit(new Call(Kind.DISCONNECT, null, 0, 0));
    } catch (RuntimeException | Error noThread) {
      // What follows is the close, and is all there is then.
      handle.leave();
    }
  }

  /** Takes what is done later. */
  private synchronized void submit(Call call) {
    waiting.put(call.kind, call);
    if (!running) {
      running = true;
      start();
    } else if (current != null && current.givesWay() && call.kind.compareTo(current.kind) < 0) {
      interrupt(current);
    }
  }

  private void start() {
    try {
      threads.execute(this);
    } catch (RuntimeException | Error e) {
      running = false;
      waiting.clear();
      throw e;
    }
  }

  /** Waits until none of these calls is under way, and lets none begin before {@link #goOn}. Not on an event loop. */
  synchronized void makeWay() {
    guests++;
    if (current != null && current.givesWay()) {
      interrupt(current);
    }
    awaitThat(() -> current == null);
  }

  /** The call of another thread is over. */
  synchronized void goOn() {
    guests--;
    notifyAll();
  }

  private void awaitThat(BooleanSupplier condition) {
    boolean interrupted = false;
    while (!condition.getAsBoolean()) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks for the end of an operation; it completes, by then or with what it has achieved. */
  synchronized void cancel(IoOperation operation) {
    for (Call call : waiting.values()) {
      if (call.operation == operation) {
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
      long interrupted = attempt;
      try {
        threads.execute(() -> interruptUntilOver(interrupted));
        call.interrupted = true;
      } catch (RuntimeException | Error noThread) {
        // What is more urgent waits for the peer, too.
      }
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
      if (isOver(next, result) && next.operation != null) {
        // A part of a message fills the buffer.
        int bytes = result == -PipeErrors.MORE_DATA ? next.length : Math.max(result, 0);
        next.operation.finished(result < 0 ? -result : PipeErrors.SUCCESS, bytes);
      }
    }
  }

  private synchronized Call next() {
    awaitThat(() -> guests == 0);
    current = waiting.isEmpty() ? null : waiting.values().iterator().next();
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
    if (call.kind != Kind.DISCONNECT && !handle.enter()) {
      return -PipeErrors.INVALID_HANDLE;
    }
    try {
      return switch (call.kind) {
        case READ -> kernel.readNow(handle.value(), call.address, call.length);
        case WRITE -> kernel.writeNow(handle.value(), call.address, call.length);
        case FLUSH -> kernel.flushNow(handle.value());
        case DISCONNECT -> kernel.disconnectNow(handle.value());
      };
    } finally {
      handle.leave();
    }
  }

  private synchronized boolean isOver(Call call, int result) {
    current = null;
    notifyAll();
    if (result == -PipeErrors.OPERATION_ABORTED && call.interrupted && !call.cancelled) {
      // Only to let another pass.
      call.interrupted = false;
      return false;
    }
    waiting.remove(call.kind);
    return true;
  }
}
