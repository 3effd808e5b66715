// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.stream.ChunkedInput;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Promise;
import java.nio.channels.ClosedChannelException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Brings writes of any thread to the channel in the order in which they happened, and counts them and their bytes.
 *
 * <p>Netty alone would let a write on the event loop overtake one that another thread made before and that still waits
 * in the event loop's queue. Bytes count from the call of write on, so that whoever writes sees at once that the queue
 * is full.
 */
abstract class PipeWriteQueue {

  private static final String CHUNKS = "chunks";

  /** After so many writes that had no chance the queue is full for good: who writes until it is comes to an end. */
  static final int MOST_IN_VAIN = 1000;

  private final ChannelHandlerContext ctx;
  private final Runnable drainTask = this::drainScheduled;

  // Any thread.
  private final Queue<QueueEntry> entries = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean drainIsScheduled = new AtomicBoolean();
  private final AtomicLong pendingBytes = new AtomicLong();
  private final AtomicLong pendingWrites = new AtomicLong();
  private final AtomicLong acceptedBytes = new AtomicLong();
  private final AtomicLong writesInVain = new AtomicLong();
  private final AtomicBoolean wasFull = new AtomicBoolean();
  private final AtomicBoolean hasDrained = new AtomicBoolean();
  private volatile long maxBytes;
  private final long maxWrites;
  private volatile boolean refusing;

  // Event loop only.
  private boolean draining;
  private boolean holding;
  private boolean needsFlush;
  private boolean ended;
  private boolean closed;

  PipeWriteQueue(ChannelHandlerContext ctx, int maxBytes, long maxWrites) {
    this.ctx = ctx;
    this.maxBytes = maxBytes;
    this.maxWrites = maxWrites;
  }

  /** A write has been given to the channel. Event loop. */
  abstract void handleWritten(long bytes);

  /** The queue was full, and holds half of its size or less, because writes were completed. Any thread. */
  abstract void handleDrained();

  /** Whether a write can still succeed. Event loop. */
  abstract boolean isOutputOpen();

  void setMaxBytes(int bytes) {
    maxBytes = bytes;
    if (isFull()) {
      // By this, and not by a write: it is to be told all the same when there is room.
      hasDrained.set(false);
      wasFull.set(true);
    }
    checkDrained();
  }

  /**
   * Somebody asks from now on to be told that the queue has drained. Who found it full on another thread than the event
   * loop may ask too late: the news is told then.
   */
  void drainedIsAwaited() {
    if (hasDrained.compareAndSet(true, false) && !isFull()) {
      handleDrained();
    }
  }

  /** How many bytes were written so far, sent or not. */
  long acceptedBytes() {
    return acceptedBytes.get();
  }

  boolean isFull() {
    return pendingBytes.get() >= maxBytes || pendingWrites.get() >= maxWrites || writesInVain.get() >= MOST_IN_VAIN;
  }

  /** Whether a write has been made that is not completed. */
  boolean isWriting() {
    return pendingWrites.get() > 0;
  }

  private boolean isHalfEmpty() {
    return pendingBytes.get() <= maxBytes / 2 && pendingWrites.get() <= maxWrites / 2
        && writesInVain.get() < MOST_IN_VAIN;
  }

  /** Lets writes fail from now on; those made before still go. */
  void refuse() {
    refusing = true;
  }

  /** Lets a write fail that began before {@link #refuse()} and comes only now. Event loop, in a task of this queue. */
  void end() {
    ended = true;
  }

  /** Writes, which completes the promise whatever happens. Any thread. */
  void write(Object message, long bytes, Promise<Void> promise) {
    write(message, bytes, promise, () -> { });
  }

  /** Writes; the task runs on the event loop right before, in the order of the writes, unless the write is not made. */
  void write(Object message, long bytes, Promise<Void> promise, Runnable before) {
    Write write = new Write(message, bytes, promise, before);
    if (refusing) {
      writesInVain.incrementAndGet();
      write.fail(new ClosedChannelException());
      return;
    }
    acceptedBytes.addAndGet(bytes);
    pendingWrites.incrementAndGet();
    pendingBytes.addAndGet(bytes);
    if (isFull()) {
      hasDrained.set(false);
      wasFull.set(true);
      // What filled it may have left before the flag was there to tell.
      checkDrained();
    }
    submit(write);
  }

  /**
   * Runs a task after all writes made before, on the event loop; or the other one, on some thread, when the loop has
   * ended. Any thread.
   */
  void submit(Runnable task, Runnable otherwise) {
    submit(QueueEntry.of(task, otherwise));
  }

  private void submit(QueueEntry entry) {
    entries.add(entry);
    if (ctx.executor().inEventLoop()) {
      drain();
    } else if (drainIsScheduled.compareAndSet(false, true)) {
      try {
        ctx.executor().execute(drainTask);
      } catch (RejectedExecutionException terminated) {
        failAll();
      }
    }
  }

  /** The event loop is gone, and with it the channel. */
  private void failAll() {
    refusing = true;
    // First: whoever adds an entry after the last one was polled is to find this out for itself.
    drainIsScheduled.set(false);
    for (QueueEntry entry = entries.poll(); entry != null; entry = entries.poll()) {
      entry.forget();
    }
  }

  private void drainScheduled() {
    drainIsScheduled.set(false);
    drain();
  }

  private void drain() {
    if (draining) {
      return;
    }
    draining = true;
    try {
      for (QueueEntry entry = entries.poll(); entry != null; entry = entries.poll()) {
        entry.run();
      }
    } finally {
      draining = false;
    }
    flushUnlessHeld();
  }

  /** Holds flushes back while a burst of reads is being delivered, so that the answers leave together. Event loop. */
  void hold() {
    holding = true;
  }

  /** The burst is over. Event loop. */
  void release() {
    holding = false;
    flushUnlessHeld();
  }

  private void flushUnlessHeld() {
    if (needsFlush && !holding) {
      needsFlush = false;
      ctx.flush();
    }
  }

  /** Nothing more will be given to the channel. Event loop. */
  void close() {
    refusing = true;
    closed = true;
    drain();
  }

  private void leaves(long bytes) {
    pendingBytes.addAndGet(-bytes);
    pendingWrites.decrementAndGet();
  }

  private void written(long bytes) {
    leaves(bytes);
    checkDrained();
  }

  /** A write has failed, and so will all others: that leaves no room to write to, so nobody is told of any. */
  private void lost(long bytes) {
    writesInVain.incrementAndGet();
    leaves(bytes);
  }

  private void checkDrained() {
    if (isHalfEmpty() && wasFull.compareAndSet(true, false)) {
      try {
        // Later, as this may be in the middle of the write that filled the queue.
        ctx.executor().execute(this::drained);
      } catch (RejectedExecutionException terminated) {
        // The event loop has ended, and with it whoever waited for room.
        return;
      }
    }
  }

  private void drained() {
    if (!isHalfEmpty()) {
      // Filled again since this was scheduled, or while it was being decided: told now, the news would be wrong, and
      // missed by whoever asks for it after finding the queue full.
      wasFull.set(true);
      checkDrained();
    } else {
      // Before the handler is looked for, so that one which is set meanwhile misses nothing.
      hasDrained.set(true);
      handleDrained();
    }
  }

  /** One write, from the call to its completion. */
  private final class Write implements QueueEntry, ChannelFutureListener {

    private final Object message;
    private final long bytes;
    private final Promise<Void> promise;
    private final Runnable before;

    Write(Object message, long bytes, Promise<Void> promise, Runnable before) {
      this.before = before;
      this.message = message;
      this.bytes = bytes;
      this.promise = promise;
    }

    @Override
    public void run() {
      if (ended) {
        acceptedBytes.addAndGet(-bytes);
      }
      if (closed || ended) {
        forget();
        return;
      }
      if (message instanceof ChunkedInput && ctx.pipeline().get(CHUNKS) == null) {
        ctx.pipeline().addBefore(ctx.name(), CHUNKS, new ChunkedWriteHandler());
      }
      needsFlush = true;
      handleWritten(bytes);
      before.run();
      ctx.write(message).addListener(this);
    }

    @Override
    public void operationComplete(ChannelFuture done) {
      if (done.isSuccess() || isOutputOpen()) {
        written(bytes);
      } else {
        lost(bytes);
      }
      if (done.isSuccess()) {
        promise.complete();
      } else {
        promise.fail(done.cause());
      }
    }

    /** The write was counted, and will not be made. */
    @Override
    public void forget() {
      lost(bytes);
      fail(new ClosedChannelException());
    }

    void fail(Throwable cause) {
      ReferenceCountUtil.release(message);
      promise.fail(cause);
    }
  }
}
