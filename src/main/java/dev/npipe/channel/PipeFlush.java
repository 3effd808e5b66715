// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.IoOperation;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeHandle;
import io.netty.channel.ChannelPromise;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Waits until the peer has read everything: by an overlapped operation where the system has one, by a thread of a few
 * where it has none. One wait at a time; who asks during one waits for the next.
 *
 * <p>Event loop only, except for the orphan path.
 */
final class PipeFlush extends IoOperation {

  private static final int CANCEL_AGAIN_MILLIS = 5;

  private final WritingChannel channel;
  private final PipeIo io;
  // Those whose writes the kernel has not taken yet, those of the wait under way, and those of the next one.
  private final List<Waiter> early = new ArrayList<>();
  private final List<Waiter> underWay = new ArrayList<>();
  private final List<Waiter> next = new ArrayList<>();
  private BlockingFlush blocking;
  private int found;
  private boolean closed;

  PipeFlush(WritingChannel channel, PipeHandle handle, PipeIo io) {
    super(handle);
    this.channel = channel;
    this.io = io;
  }

  /** Somebody who waits, with a deadline from the start. */
  final class Waiter implements Runnable {

    private final ChannelPromise promise;
    private final ChannelTimer timer;

    Waiter(ChannelPromise promise, Duration timeout) {
      this.promise = promise;
      this.timer = channel.schedule(this, timeout.toNanos(), TimeUnit.NANOSECONDS);
      early.add(this);
    }

    /** The kernel has taken all that is waited for, or never will. */
    void taken(Throwable failure) {
      if (!early.remove(this)) {
        return;
      }
      if (failure != null) {
        timer.cancel();
        promise.tryFailure(failure);
        return;
      }
      next.add(this);
      if (!isUnderWay()) {
        begin();
      }
    }

    @Override
    public void run() {
      promise.tryFailure(NamedPipeException.of("flush", channel.remoteAddress(), PipeErrors.WAIT_TIMEOUT));
      early.remove(this);
      next.remove(this);
      if (underWay.remove(this) && underWay.isEmpty()) {
        cancel();
      }
    }

    void end(int error) {
      timer.cancel();
      if (error == PipeErrors.SUCCESS) {
        promise.trySuccess();
      } else {
        promise.tryFailure(NamedPipeException.of("flush", channel.remoteAddress(), error));
      }
    }
  }

  private boolean isUnderWay() {
    return isInFlight() || blocking != null;
  }

  private void begin() {
    underWay.addAll(next);
    next.clear();
    int answer = handle().flush(this);
    // Nothing to wait for: the peer has read everything, or has closed, which discards what it has not read. A state
    // other than connected afterwards may be either. Another machine's pipe would be asked over the network.
    boolean asked = succeededAtOnce() && channel.remoteAddress().isLocal();
    found = asked ? io.kernel().connection(handle().value()) : PipeErrors.SUCCESS;
    if (PipeErrors.isUnsupported(answer)) {
      block();
    } else if (answer != PipeErrors.IO_PENDING) {
      ended(answer);
    }
  }

  private void block() {
    try {
      blocking = BlockingFlush.start(io.kernel(), handle(), io.threads().flushers(), error -> {
        channel.execute(() -> unblocked(error), this::failUnderWay);
      });
    } catch (RuntimeException | Error noThread) {
      ended(PipeErrors.NO_SYSTEM_RESOURCES);
    }
  }

  private void unblocked(int error) {
    blocking = null;
    // It has asked for itself.
    found = PipeErrors.SUCCESS;
    ended(error);
  }

  @Override
  protected void completed(int error, int bytes) {
    if (PipeErrors.isUnsupported(error) && !underWay.isEmpty() && !closed) {
      // Another machine's system says so late; nobody may wait any more.
      block();
    } else {
      ended(error);
    }
  }

  private void ended(int answer) {
    // Cancelled by the close: the peer had left, and did not read everything as far as anybody knows.
    boolean unknown = answer == PipeErrors.OPERATION_ABORTED && closed;
    int error = answer == PipeErrors.SUCCESS ? found : unknown ? PipeErrors.BROKEN_PIPE : answer;
    if (error == PipeErrors.OPERATION_ABORTED) {
      // Cancelled when nobody waited any more; those who have come since wait for themselves.
      next.addAll(0, underWay);
      underWay.clear();
    }
    List<Waiter> told = new ArrayList<>(underWay);
    underWay.clear();
    told.forEach(waiter -> waiter.end(error));
    if (!next.isEmpty() && !isUnderWay() && !closed) {
      begin();
    }
  }

  private void cancel() {
    if (isInFlight()) {
      handle().cancel(this);
    } else if (blocking != null && blocking.cancel()) {
      channel.schedule(this::cancelAgain, CANCEL_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void cancelAgain() {
    if (underWay.isEmpty()) {
      cancel();
    }
  }

  /** The channel closes. */
  void close() {
    closed = true;
    boolean peerLeft = channel.closeReason() == CloseReason.PEER_CLOSED;
    List<Waiter> told = new ArrayList<>(early);
    told.addAll(next);
    early.clear();
    next.clear();
    if (!peerLeft) {
      told.addAll(underWay);
      underWay.clear();
      cancel();
    }
    // What is under way when the peer leaves is answered by the kernel: it may have read everything before.
    for (Waiter waiter : told) {
      waiter.timer.cancel();
      waiter.promise.tryFailure(new ClosedChannelException());
    }
  }

  @Override
  protected void orphaned() {
    // A peer that has left leaves those of the wait under way to the kernel's answer, which comes too late here.
    failUnderWay();
  }

  private void failUnderWay() {
    List<Waiter> told = new ArrayList<>(underWay);
    underWay.clear();
    told.forEach(waiter -> waiter.promise.tryFailure(new ClosedChannelException()));
  }
}
