// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeHandle;
import dev.npipe.iocp.UnreadCount;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.util.internal.StringUtil;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * How a connection writes, and learns that what it has written was read.
 */
abstract class WritingChannel extends LingeringChannel {

  private final Runnable flushTask = this::flushNow;

  // Event loop only.
  private PipeHandle handle;
  private PipeIo io;
  private PipeFlush flush;

  // Set once by the thread that builds the channel or its event loop; its count is read by any thread.
  private volatile PipeWriter writer;

  // Written by the event loop, read by any thread.
  private volatile long discardedBytes;

  WritingChannel(NamedPipeServerChannel parent, Life life) {
    super(parent, life);
  }

  @Override
  public abstract NamedPipeAddress remoteAddress();

  @Override
  public abstract NamedPipeChannelConfig config();

  /** Writes with this from here on. */
  final void writeWith(PipeWriter newWriter, PipeHandle opened, PipeIo pipeIo) {
    handle = opened;
    io = pipeIo;
    writer = newWriter;
  }

  /**
   * How many bytes the system has taken so far: the peer has read them, or can, also after this end is closed. A write
   * that the system had not taken to its end does not count. Any thread.
   *
   * @return the number of bytes
   */
  public long bytesTaken() {
    PipeWriter counting = writer;
    return counting == null ? 0 : counting.bytesTaken();
  }

  /**
   * How many of the {@link #bytesTaken()} the client had not read yet when an {@link #abort()} of the server's end
   * discarded them in the pipe. Nothing else discards any. Any thread.
   *
   * @return the number of bytes, with what the client was reading in that very moment, and 0 before the abort is done;
   *     nothing where the system does not tell (Wine, Windows 10 before version 1709, handles without overlapped I/O),
   *     of a client that had left, and when a cancelled write did not come back
   */
  public OptionalLong discardedBytes() {
    long discarded = discardedBytes;
    return discarded < 0 ? OptionalLong.empty() : OptionalLong.of(discarded);
  }

  /**
   * Whether a write can still succeed: none has failed, and no close has begun. Event loop.
   *
   * @return false when whatever is written will fail
   */
  public boolean isOutputOpen() {
    return outputFailure() == null && !isClosing();
  }

  /**
   * Waits until the peer has read everything that was written before. No thread is blocked for it where the system can
   * do without (FSCTL_PIPE_FLUSH); elsewhere one of a few is. Any thread.
   *
   * @param timeout how long to wait
   * @return a future that fails when the time is up, when the peer closes without having read everything, and when the
   *     channel is closed
   */
  public ChannelFuture whenRead(Duration timeout) {
    ChannelPromise promise = newPromise();
    if (eventLoop().inEventLoop()) {
      whenRead(promise, timeout);
    } else {
      execute(() -> whenRead(promise, timeout), () -> promise.tryFailure(new ClosedChannelException()));
    }
    return promise;
  }

  private void whenRead(ChannelPromise promise, Duration timeout) {
    if (!isActive()) {
      promise.tryFailure(new ClosedChannelException());
      return;
    }
    if (flush == null) {
      flush = new PipeFlush(this, handle, io);
    }
    PipeFlush.Waiter waiter = flush.new Waiter(promise, timeout);
    // Comes back when everything before it has been taken; it never reaches the kernel itself.
    writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(taken -> waiter.taken(taken.cause()));
  }

  /** Closes when the event loop shuts down, and says whether it does. */
  abstract boolean endsWithLoop();

  @Override
  boolean isWriting() {
    return writer != null && writer.isWriting();
  }

  @Override
  boolean isMidMessage() {
    return writer != null && writer.isMidMessage() && outputFailure() == null;
  }

  @Override
  void cancelWrite() {
    handle.cancel(writer);
  }

  /** Cuts the client off, which discards what it has not read; right after {@link #releaseOutput()}. */
  void disconnectClient() {
    long taken = bytesTaken();
    try {
      if (taken > 0 && handle.isOpen()) {
        discardedBytes = UnreadCount.UNKNOWN;
        // Of a write that has not come back a part may be in the pipe, and all of it counts as not taken. What the
        // former owner of an adopted handle wrote is not ours.
        discardedBytes = isWriting() ? UnreadCount.UNKNOWN
            : Math.min(taken, new UnreadCount(handle, io.kernel()).count());
      }
    } catch (RuntimeException | Error uncounted) {
      // Who aborts because memory is short must not keep the handle for want of some more.
    } finally {
      handle.disconnect();
    }
  }

  /** Cancels what is under way, right before the handle is closed. */
  void releaseOutput() {
    if (writer != null) {
      handle.cancel(writer);
    }
    if (flush != null) {
      flush.close();
    }
  }

  @Override
  protected Object filterOutboundMessage(Object message) throws IOException {
    if (outputFailure() != null) {
      throw outputFailure();
    }
    if (isClosing()) {
      throw new ClosedChannelException();
    }
    if (message instanceof ByteBuf || message instanceof PipeMessage && isMessageMode()) {
      return message;
    }
    throw new UnsupportedOperationException("A pipe in " + (isMessageMode() ? "message mode carries ByteBuf and"
        + " PipeMessage" : "byte mode carries ByteBuf") + " only, not " + StringUtil.simpleClassName(message));
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer in) {
    if (outputHasFailed()) {
      return;
    }
    int error = writer.write(in, config().getWriteSpinCount());
    if (error != PipeErrors.SUCCESS) {
      writeEnded(error);
    }
  }

  private void flushNow() {
    if (eventLoop().inEventLoop()) {
      unsafe().resumeFlush();
    } else {
      // It has moved since.
      flushLater();
    }
  }

  void flushLater() {
    eventLoop().execute(flushTask);
  }

  /** The write in the kernel has come back; its bytes are off the outbound buffer if it went well. */
  void writeCompleted(int error) {
    if (error == PipeErrors.SUCCESS) {
      if (!closeAfterWrite(null) && !endsWithLoop()) {
        unsafe().resumeFlush();
      }
    } else if (isOpen()) {
      writeEnded(error);
    }
  }

  private void writeEnded(int error) {
    NamedPipeException failure = NamedPipeException.of("write", remoteAddress(), error);
    if (!closeAfterWrite(failure)) {
      writeFailed(failure);
    }
  }
}
