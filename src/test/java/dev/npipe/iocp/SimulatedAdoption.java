// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * A handle that was not opened for overlapped I/O, as Windows documents it: one call at a time, which blocks, until
 * another thread interrupts it. For many threads.
 */
public final class SimulatedAdoption implements AdoptionKernel {

  private final Map<Long, Thread> blocked = new HashMap<>();
  private final StringBuilder written = new StringBuilder();
  private String readable = "";
  private boolean ended;
  private boolean full;
  private boolean unread;
  private long lastThread;
  private final Map<Thread, Long> threads = new HashMap<>();
  public Facts facts = new Facts(0, false, true, 3, "\\\\.\\pipe\\adopted");
  public int interrupts;
  public int openThreads;
  public int mostCallsAtOnce;
  public int disconnects;
  /** Whether what has arrived is one message. */
  public boolean messageMode;
  /** What making calls wait fails with, 0 for nothing. */
  public int switchFailure;
  public int waitSwitches;
  /** What taking a handle over fails with, 0 for nothing. */
  public int takeOverFailure;
  public int takeOvers;
  private int callsAtOnce;

  /** The peer writes. */
  public synchronized void arrive(String text) {
    readable += text;
    notifyAll();
  }

  /** The peer closes. */
  public synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Whether writes wait for room. */
  public synchronized void full(boolean isFull) {
    full = isFull;
    notifyAll();
  }

  /** What the peer could read. */
  public synchronized String written() {
    return written.toString();
  }

  /** Waits until a call blocks. */
  public synchronized void awaitBlocked() throws InterruptedException {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (blocked.isEmpty()) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError("no call blocks");
      }
      wait(left);
    }
  }

  @Override
  public synchronized Facts examine(long handle) {
    return facts;
  }

  /** Returns whether the call was interrupted. */
  private boolean block() {
    long self = threads.getOrDefault(Thread.currentThread(), -1L);
    blocked.put(self, Thread.currentThread());
    notifyAll();
    try {
      wait();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return blocked.remove(self) == null;
  }

  private void enter() {
    callsAtOnce++;
    mostCallsAtOnce = Math.max(mostCallsAtOnce, callsAtOnce);
  }

  @Override
  public int switchToWaiting(long handle) {
    waitSwitches++;
    return switchFailure;
  }

  @Override
  public long takeOver(long handle) {
    takeOvers++;
    return takeOverFailure != 0 ? -takeOverFailure : handle;
  }

  @Override
  public synchronized int readNow(long handle, long buffer, int length) {
    enter();
    try {
      while (readable.isEmpty()) {
        if (ended) {
          return -PipeErrors.BROKEN_PIPE;
        }
        if (block()) {
          return -PipeErrors.OPERATION_ABORTED;
        }
      }
      String taken = readable.substring(0, Math.min(length, readable.length()));
      readable = readable.substring(taken.length());
      new Pointer(buffer).write(0, taken.getBytes(StandardCharsets.US_ASCII), 0, taken.length());
      return messageMode && !readable.isEmpty() ? -PipeErrors.MORE_DATA : taken.length();
    } finally {
      callsAtOnce--;
    }
  }

  /** Whether flushes wait for the peer. */
  public synchronized void unread(boolean isUnread) {
    unread = isUnread;
    notifyAll();
  }

  /** How many threads are known to the library. */
  public synchronized int openThreads() {
    return openThreads;
  }

  /** Another call on the handle, as of a question about the peer. */
  public synchronized void call() {
    enter();
    callsAtOnce--;
  }

  @Override
  public synchronized int flushNow(long handle) {
    enter();
    try {
      while (unread) {
        if (block()) {
          return -PipeErrors.OPERATION_ABORTED;
        }
      }
      return PipeErrors.SUCCESS;
    } finally {
      callsAtOnce--;
    }
  }

  @Override
  public synchronized int disconnectNow(long handle) {
    call();
    disconnects++;
    return PipeErrors.SUCCESS;
  }

  @Override
  public synchronized int writeNow(long handle, long buffer, int length) {
    enter();
    try {
      while (full) {
        if (block()) {
          return -PipeErrors.OPERATION_ABORTED;
        }
      }
      byte[] bytes = new Pointer(buffer).getByteArray(0, length);
      written.append(new String(bytes, StandardCharsets.US_ASCII));
      notifyAll();
      return length;
    } finally {
      callsAtOnce--;
    }
  }

  @Override
  public synchronized long currentThread() {
    openThreads++;
    threads.put(Thread.currentThread(), ++lastThread);
    return lastThread;
  }

  @Override
  public synchronized void interrupt(long thread) {
    interrupts++;
    if (blocked.remove(thread) != null) {
      notifyAll();
    }
  }

  @Override
  public synchronized void closeThread(long thread) {
    openThreads--;
    threads.values().remove(thread);
  }

  @Override
  public synchronized long standardHandle(int stream) {
    return stream == 2 ? 0 : 40 + stream;
  }
}
