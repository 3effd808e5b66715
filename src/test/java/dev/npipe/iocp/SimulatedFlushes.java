// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.HashMap;
import java.util.Map;

/** Flushes that block their thread, on handles of their own, and that other threads can cancel. */
final class SimulatedFlushes {

  private final SteppedThreads threads;
  private final Map<Long, SimulatedEnd> duplicates = new HashMap<>();
  private final Map<Long, Call> calls = new HashMap<>();
  private Call entering;

  /** One thread, from the moment it is known until it is not. */
  private static final class Call {
    boolean blocked;
    boolean cancelled;
  }

  SimulatedFlushes(SteppedThreads threads) {
    this.threads = threads;
  }

  void duplicate(long handle, SimulatedEnd end) {
    duplicates.put(handle, end);
    end.duplicates++;
  }

  /** The end behind a second handle, null when it is none. */
  SimulatedEnd end(long handle) {
    return duplicates.get(handle);
  }

  void close(long handle) {
    duplicates.remove(handle).duplicates--;
  }

  void openThread(long thread) {
    entering = new Call();
    calls.put(thread, entering);
  }

  int cancel(long thread) {
    Call call = calls.get(thread);
    if (call == null || !call.blocked) {
      return PipeErrors.NOT_FOUND;
    }
    call.cancelled = true;
    return PipeErrors.SUCCESS;
  }

  void closeThread(long thread) {
    calls.remove(thread);
  }

  int openObjects() {
    return duplicates.size() + calls.size();
  }

  int flush(SimulatedEnd end) {
    Call call = entering;
    // Others may ask for its cancellation before it is in its call.
    threads.yield();
    int failure = end.failure(true, PipeErrors.BROKEN_PIPE);
    if (failure != 0 || end.isFlushed()) {
      return failure;
    }
    call.blocked = true;
    threads.block(() -> call.cancelled || end.failure(true, PipeErrors.BROKEN_PIPE) != 0 || end.isFlushed());
    call.blocked = false;
    return call.cancelled ? PipeErrors.OPERATION_ABORTED : end.failure(true, PipeErrors.BROKEN_PIPE);
  }
}
