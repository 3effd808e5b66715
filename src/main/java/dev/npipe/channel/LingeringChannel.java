// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How a connection lives and ends: a close waits for the write that is in the kernel and for the rest of the message it
 * was of, as long as the linger time; whoever closes meanwhile shares the outcome. The rest is the subclass's affair.
 */
abstract class LingeringChannel extends PeerChannel {

  /** How long a cancelled write may take to come back; it says whether the peer has got it after all. */
  private static final long CANCEL_MILLIS = 1000;

  enum Life { OPEN, CONNECTED, CLOSING, CLOSED }

  // Written by the event loop, read by any thread.
  private volatile Life life;
  private volatile CloseReason closeReason;

  // Event loop only.
  private DelayedClose delayedClose;
  private boolean hasty;
  private boolean writeCancelled;
  private IOException outputFailure;
  private IOException closeCause;

  LingeringChannel(NamedPipeServerChannel parent, Life life) {
    super(parent);
    this.life = life;
  }

  /**
   * Whether the connection carries messages instead of a stream of bytes.
   *
   * @return false for a stream of bytes, and before the connection is there
   */
  public abstract boolean isMessageMode();

  /** Whether there is a write to wait for. */
  abstract boolean isWriting();

  /** Whether the kernel has taken a part of a message, and the rest is about to be written. */
  abstract boolean isMidMessage();

  /** Cancels the write, if there is one; it comes back nevertheless. */
  abstract void cancelWrite();

  /** How long to wait for it. */
  abstract Duration linger();

  /** Whether the end of the stream would be seen here. */
  abstract boolean isReadable();

  /** Reads no more; called when a close begins to wait. */
  abstract void stopReading();

  /** Closes the handle; called once. */
  abstract void release();

  @Override
  public boolean isOpen() {
    return life != Life.CLOSED;
  }

  @Override
  public boolean isActive() {
    Life now = life;
    return now == Life.CONNECTED || now == Life.CLOSING;
  }

  boolean isClosing() {
    Life now = life;
    return now == Life.CLOSING || now == Life.CLOSED;
  }

  void connected() {
    life = Life.CONNECTED;
  }

  /**
   * Why the connection ended.
   *
   * @return the reason, null while it has none
   */
  public CloseReason closeReason() {
    return closeReason;
  }

  /** Remembers why the connection ends; the first reason counts. */
  void endedBy(CloseReason reason) {
    if (closeReason == null) {
      closeReason = reason;
    }
  }

  /**
   * Closes at once, from any thread: what is in the kernel is cancelled, and what the peer has not read is discarded
   * where this is the server's end.
   *
   * @return the future of the close
   */
  public ChannelFuture abort() {
    return close(CloseReason.ABORTED);
  }

  /**
   * Closes for a reason that only the caller knows, from any thread. {@link CloseReason#ABORTED} and
   * {@link CloseReason#TIMEOUT} do not wait for the write in the kernel.
   *
   * @param reason what {@link #closeReason()} is to say, unless the connection has ended already
   * @return the future of the close
   */
  public ChannelFuture close(CloseReason reason) {
    return close(reason, (IOException) null);
  }

  /**
   * Closes as {@link #close(CloseReason)}, for a cause.
   *
   * @param reason what {@link #closeReason()} is to say, unless the connection has ended already
   * @param cause what the writes fail with that are flushed and lost; null for a ClosedChannelException
   * @return the future of the close
   */
  public ChannelFuture close(CloseReason reason, IOException cause) {
    if (!isOpen()) {
      // Its event loop may have terminated since.
      return closeFuture();
    }
    ChannelPromise promise = newPromise();
    if (eventLoop().inEventLoop()) {
      close(reason, cause, promise);
    } else {
      execute(() -> close(reason, cause, promise), promise::trySuccess);
    }
    return promise;
  }

  private void close(CloseReason reason, IOException cause, ChannelPromise promise) {
    closeCause = closeCause == null ? cause : closeCause;
    if (reason == CloseReason.ABORTED && isOpen()) {
      closeReason = reason;
    }
    endedBy(reason);
    hasty |= reason == CloseReason.ABORTED || reason == CloseReason.TIMEOUT;
    unsafe().close(promise);
  }

  @Override
  public LingeringUnsafe unsafe() {
    return (LingeringUnsafe) super.unsafe();
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  /** What could not even be given to the kernel: Netty shuts the output down, and a pipe has no half closure. */
  @Override
  protected void doShutdownOutput() {
    endedBy(CloseReason.ERROR);
    unsafe().closeNow();
  }

  @Override
  protected void doClose() {
    boolean first = life != Life.CLOSED;
    life = Life.CLOSED;
    endedBy(CloseReason.LOCAL);
    release();
    if (first && parent() != null) {
      // Not by the close future, which tells nobody when no event loop took the channel.
      ((NamedPipeServerChannel) parent()).clientLeft();
    }
  }

  /** The write in the kernel has come back; says whether a close has waited for just that, and is made now. */
  boolean closeAfterWrite(IOException failure) {
    if (delayedClose == null || failure == null && !writeCancelled && isMidMessage()) {
      return false;
    }
    if (failure != null && !writeCancelled) {
      unsafe().failOutput(failure);
    }
    unsafe().closeNow();
    return true;
  }

  /** What a write has failed with; nothing is written after it. */
  IOException outputFailure() {
    return outputFailure;
  }

  /** Fails what was written before a failure and flushed after it, and says whether there was one. */
  boolean outputHasFailed() {
    if (outputFailure != null) {
      unsafe().failOutput(outputFailure);
    }
    return outputFailure != null;
  }

  /** A write has failed: what comes after it would leave a gap. */
  void writeFailed(NamedPipeException failure) {
    outputFailure = failure;
    CloseReason reason = CloseReason.of(failure.errorCode());
    endedBy(reason);
    if (reason != CloseReason.ERROR && config().isAutoRead() && isReadable()) {
      // The peer is gone, but what it wrote before is still there to be read, and then the end of the stream, which
      // closes the channel. Closing now would lose it.
      unsafe().failOutput(failure);
    } else {
      unsafe().failAndClose(failure);
    }
  }

  /** What the transport may do to this channel. */
  abstract class LingeringUnsafe extends AbstractUnsafe {

    @Override
    public void close(ChannelPromise promise) {
      ClosedChannelException closed = new ClosedChannelException();
      close(promise, closeCause == null ? closed : closeCause, closed);
    }

    @Override
    protected void close(ChannelPromise promise, Throwable cause, ClosedChannelException closeCause) {
      if (delayedClose != null) {
        delayedClose.join(promise);
        if (hasty) {
          cancelAndClose();
        }
      } else if (life == Life.CONNECTED && (isWriting() || isMidMessage()) && !writeCancelled) {
        if (!promise.isVoid() && !promise.setUncancellable()) {
          return;
        }
        endedBy(CloseReason.LOCAL);
        life = Life.CLOSING;
        stopReading();
        delayedClose = new DelayedClose(promise.isVoid() ? newPromise() : promise, cause, closeCause);
        if (hasty || linger().isZero()) {
          cancelAndClose();
        } else {
          delayedClose.timer(schedule(this::lingerExpired, linger().toNanos(), TimeUnit.NANOSECONDS));
        }
      } else {
        super.close(promise, cause, closeCause);
      }
    }

    private void lingerExpired() {
      if (delayedClose != null && !writeCancelled) {
        closeReason = CloseReason.TIMEOUT;
        cancelAndClose();
      }
    }

    /** Closes when the cancelled write has come back, which tells whether it was lost. */
    private void cancelAndClose() {
      if (!isWriting()) {
        closeNow();
      } else if (!writeCancelled) {
        writeCancelled = true;
        delayedClose.timer(schedule(this::closeNow, CANCEL_MILLIS, TimeUnit.MILLISECONDS));
        cancelWrite();
      }
    }

    /** Closes without waiting any longer; the memory of what is in the kernel is released by its packets. */
    void closeNow() {
      DelayedClose delayed = delayedClose;
      if (delayed == null) {
        hasty = true;
        writeCancelled = true;
        close(voidPromise());
      } else {
        delayedClose = null;
        delayed.timer(null);
        super.close(delayed.promise(), delayed.cause(), delayed.closeCause());
      }
    }

    /** Fails all flushed messages: they share the fate of the one that the kernel refused. */
    void failOutput(IOException failure) {
      ChannelOutboundBuffer in = outboundBuffer();
      while (in != null && !in.isEmpty()) {
        in.remove(failure);
      }
    }

    void failAndClose(IOException failure) {
      failOutput(failure);
      close(voidPromise(), failure, new ClosedChannelException());
    }

    @Override
    protected void flush0() {
      if (!isWriting() && !writeCancelled) {
        super.flush0();
      }
    }

    /** Goes on writing after a write has come back. */
    void resumeFlush() {
      flush0();
    }
  }
}
