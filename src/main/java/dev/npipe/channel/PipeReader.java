// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.IoOperation;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeHandle;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.RecvByteBufAllocator;
import java.io.IOException;

/**
 * The reading half of a channel: at most one read in the kernel, straight into the buffer that is delivered. What of it
 * is delivered when is the subclass's affair.
 *
 * <p>A read that completes while nobody wants to read (auto-read was turned off meanwhile) is held with its bytes, and
 * delivered at the next demand; it is never cancelled for that, as a cancel can lose the race against success.
 *
 * <p>Event loop only, except for the orphan path.
 */
@SuppressWarnings("deprecation") // AbstractUnsafe hands out RecvByteBufAllocator.Handle, deprecated as it is
abstract class PipeReader extends IoOperation {

  final NamedPipeChannel channel;

  /** What the kernel reads into, from its writer index on. */
  private ByteBuf buffer;
  private boolean readPending;
  private boolean inReadLoop;
  private boolean held;
  private boolean postponed;
  private boolean ended;
  private int heldError;
  private int heldBytes;
  private OutOfMemoryError shortage;
  private IOException failure;

  PipeReader(NamedPipeChannel channel, PipeHandle handle) {
    super(handle);
    this.channel = channel;
  }

  /** A buffer with room: the one given, of a read before, or a new one where there is none. */
  abstract ByteBuf roomIn(ByteBuf begun, RecvByteBufAllocator.Handle allocHandle);

  /**
   * Bytes have been read, and are in the buffer, behind those of the reads before that had none delivered.
   *
   * @param whole whether they are all of a message, or a piece of a stream
   * @return what to deliver; null for nothing, after which reading goes on
   */
  abstract ByteBuf received(ByteBuf bytes, boolean whole);

  /** Somebody wants to read. */
  void beginRead() {
    if (readPending || ended) {
      return;
    }
    readPending = true;
    if (!inReadLoop) {
      proceed();
    }
  }

  void clearReadPending() {
    readPending = false;
  }

  private void proceed() {
    if (isInFlight() || postponed) {
      return;
    }
    if (held) {
      held = false;
      completeLater(heldError, heldBytes);
      return;
    }
    allocHandle().reset(channel.config());
    int answer = submit();
    if (answer != PipeErrors.IO_PENDING) {
      // Not from here: whoever called read() does not expect its data before the call returns.
      completeInTurn(answer, bytes());
    }
  }

  private int submit() {
    RecvByteBufAllocator.Handle allocHandle = allocHandle();
    try {
      buffer = roomIn(buffer, allocHandle);
    } catch (OutOfMemoryError e) {
      // Told like a read that the kernel had no memory for; unheard of, it would leave a connection that never reads.
      shortage = e;
      return PipeErrors.NO_SYSTEM_RESOURCES;
    }
    int length = buffer.writableBytes();
    allocHandle.attemptedBytesRead(length);
    return handle().read(this, DirectMemory.addressOf(buffer, buffer.writerIndex(), length), length);
  }

  @Override
  protected void completed(int error, int bytes) {
    if (ended) {
      release();
    } else if (!readPending) {
      held = true;
      heldError = error;
      heldBytes = bytes;
    } else {
      readLoop(error, bytes);
    }
  }

  private void readLoop(int firstError, int firstBytes) {
    ChannelPipeline pipeline = channel.pipeline();
    RecvByteBufAllocator.Handle allocHandle = allocHandle();
    int error = firstError;
    int bytes = firstBytes;
    inReadLoop = true;
    try {
      while (isData(error)) {
        deliver(pipeline, allocHandle, bytes, error == PipeErrors.SUCCESS);
        if (ended || !allocHandle.continueReading()) {
          break;
        }
        error = submit();
        bytes = bytes();
      }
      if (isFailure(error) || failure != null) {
        release();
        ended = true;
        readPending = false;
        allocHandle.lastBytesRead(-1);
      }
      allocHandle.readComplete();
      pipeline.fireChannelReadComplete();
    } finally {
      inReadLoop = false;
    }
    if (failure != null) {
      channel.readFailed(failure);
    } else if (isFailure(error)) {
      channel.readEnded(error, shortage);
    } else if (!channel.endsWithLoop() && readPending && !ended && !isInFlight()) {
      postponed = postpone();
      proceed();
    }
  }

  @Override
  protected void resumed() {
    postponed = false;
    if (readPending && !ended) {
      allocHandle().reset(channel.config());
      int answer = submit();
      if (answer != PipeErrors.IO_PENDING) {
        readLoop(answer, bytes());
      }
    }
  }

  private static boolean isData(int error) {
    return error == PipeErrors.SUCCESS || error == PipeErrors.MORE_DATA;
  }

  private static boolean isFailure(int error) {
    return !isData(error) && error != PipeErrors.IO_PENDING;
  }

  private void deliver(ChannelPipeline pipeline, RecvByteBufAllocator.Handle allocHandle, int bytes, boolean whole) {
    allocHandle.lastBytesRead(bytes);
    buffer.writerIndex(buffer.writerIndex() + bytes);
    ByteBuf message = received(buffer, whole);
    if (message != null) {
      buffer = null;
      // Before the handler runs, so that a read() it makes is not lost (netty #2254).
      readPending = false;
      allocHandle.incMessagesRead(1);
      pipeline.fireChannelRead(message);
    }
  }

  /** Reading ends with what has been received now, which cannot be delivered. */
  final void fail(IOException cause) {
    failure = cause;
    ended = true;
    readPending = false;
  }

  private RecvByteBufAllocator.Handle allocHandle() {
    return channel.unsafe().recvBufAllocHandle();
  }

  /** Gives up reading; what is in the kernel comes back by its packet. */
  void close() {
    ended = true;
    readPending = false;
    if (isInFlight()) {
      handle().cancel(this);
    } else {
      release();
    }
  }

  @Override
  protected void orphaned() {
    release();
  }

  private void release() {
    ByteBuf unused = buffer;
    buffer = null;
    held = false;
    if (unused != null) {
      unused.release();
    }
  }
}
