// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.IoOperation;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeHandle;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.RecvByteBufAllocator;

/**
 * The reading half of a channel: at most one read in the kernel, straight into the buffer that is delivered.
 *
 * <p>A read that completes while nobody wants to read (auto-read was turned off meanwhile) is held with its bytes, and
 * delivered at the next demand; it is never cancelled for that, as a cancel can lose the race against success.
 *
 * <p>Event loop only, except for the orphan path.
 */
@SuppressWarnings("deprecation") // AbstractUnsafe hands out RecvByteBufAllocator.Handle, deprecated as it is
final class PipeReader extends IoOperation {

  private final NamedPipeChannel channel;

  private ByteBuf buffer;
  private boolean readPending;
  private boolean inReadLoop;
  private boolean held;
  private boolean postponed;
  private boolean ended;
  private int heldError;
  private int heldBytes;
  private OutOfMemoryError shortage;

  PipeReader(NamedPipeChannel channel, PipeHandle handle) {
    super(handle);
    this.channel = channel;
  }

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
      completeLater(answer, bytes());
    }
  }

  private int submit() {
    RecvByteBufAllocator.Handle allocHandle = allocHandle();
    try {
      buffer = channel.alloc().directBuffer(allocHandle.guess());
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
      while (error == PipeErrors.SUCCESS) {
        deliver(pipeline, allocHandle, bytes);
        if (ended || !allocHandle.continueReading()) {
          break;
        }
        error = submit();
        bytes = bytes();
      }
      if (isFailure(error)) {
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
    if (isFailure(error)) {
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

  private static boolean isFailure(int error) {
    return error != PipeErrors.SUCCESS && error != PipeErrors.IO_PENDING;
  }

  private void deliver(ChannelPipeline pipeline, RecvByteBufAllocator.Handle allocHandle, int bytes) {
    allocHandle.lastBytesRead(bytes);
    ByteBuf received = buffer;
    buffer = null;
    // Before the handler runs, so that a read() it makes is not lost (netty #2254).
    readPending = false;
    if (bytes == 0) {
      // Somebody's zero-byte write: nothing, and not the end (ReadFile, "zero-byte write").
      received.release();
      readPending = true;
      return;
    }
    received.writerIndex(received.writerIndex() + bytes);
    allocHandle.incMessagesRead(1);
    pipeline.fireChannelRead(received);
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
