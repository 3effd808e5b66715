// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.IoOperation;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeHandle;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * The writing half of a channel: at most one write in the kernel, the rest waits in the outbound buffer. The operation
 * holds a reference of its own until its packet comes, so that Netty may release the outbound buffer whenever it likes.
 *
 * <p>Event loop only, except for the orphan path.
 */
abstract class PipeWriter extends IoOperation {

  final NamedPipeChannel channel;

  private ByteBuf inKernel;
  private int length;
  private boolean writing;
  // Written by the event loop, read by any thread.
  private volatile long bytesTaken;

  PipeWriter(NamedPipeChannel channel, PipeHandle handle) {
    super(handle);
    this.channel = channel;
  }

  /** Whether a write is in the kernel, or its completion is being worked on. */
  boolean isWriting() {
    return writing;
  }

  /**
   * Writes until the kernel keeps a write, nothing is left, or the loop should do something else.
   *
   * @return the error that ended it, {@link PipeErrors#SUCCESS} otherwise
   */
  int write(ChannelOutboundBuffer in, int mostWrites) {
    for (int writes = 0; writes < mostWrites; writes++) {
      if (!takeNext(in)) {
        return PipeErrors.SUCCESS;
      }
      writing = true;
      int answer = handle().write(this, DirectMemory.addressOf(inKernel, inKernel.readerIndex(), length), length);
      if (answer == PipeErrors.IO_PENDING) {
        return PipeErrors.SUCCESS;
      }
      int error = judged(answer, bytes());
      release();
      if (error != PipeErrors.SUCCESS) {
        writing = false;
        return error;
      }
      countTaken(bytes());
      written(in, bytes());
      writing = false;
      if (channel.closeAfterWrite(null)) {
        // A listener of what was just written has closed the channel, and there is no packet to come.
        return PipeErrors.SUCCESS;
      }
    }
    if (!in.isEmpty()) {
      channel.flushLater();
    }
    return PipeErrors.SUCCESS;
  }

  /**
   * Chooses what the next write takes, and {@link #keep keeps} it.
   *
   * @return whether there is anything
   */
  abstract boolean takeNext(ChannelOutboundBuffer in);

  /** Whether a part of a message has been taken, and the rest has not. */
  boolean isMidMessage() {
    return false;
  }

  /** The kernel has taken what was chosen, or the first part of it. */
  abstract void written(ChannelOutboundBuffer in, int bytes);

  /** Whether the kernel may have taken so many of the bytes and say that it went well. */
  abstract boolean mayTake(int bytes, int length);

  /** A pipe in PIPE_NOWAIT mode takes what there is room for, and calls that a success. */
  private int judged(int answer, int bytes) {
    return answer == PipeErrors.SUCCESS && !mayTake(bytes, length) ? PipeErrors.WRITE_FAULT : answer;
  }

  /** Holds what is written until the kernel has done with it. */
  final void keep(ByteBuf chosen, int bytes) {
    inKernel = chosen;
    length = bytes;
  }

  @Override
  protected void completed(int answer, int bytes) {
    int error = judged(answer, bytes);
    release();
    ChannelOutboundBuffer in = channel.unsafe().outboundBuffer();
    if (error == PipeErrors.SUCCESS) {
      countTaken(bytes);
    }
    if (in != null && error == PipeErrors.SUCCESS) {
      written(in, bytes);
    }
    // Only now: listeners have run in written, and what they wrote and flushed waits for the next write.
    writing = false;
    channel.writeCompleted(error);
  }

  /** How many bytes the kernel has taken. Any thread. */
  long bytesTaken() {
    return bytesTaken;
  }

  private void countTaken(int bytes) {
    bytesTaken = bytesTaken + bytes;
  }

  @Override
  protected void orphaned() {
    release();
  }

  private void release() {
    ByteBuf written = inKernel;
    inKernel = null;
    if (written != null) {
      written.release();
    }
  }
}
