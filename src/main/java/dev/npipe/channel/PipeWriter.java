// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.IoOperation;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeHandle;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * The writing half of a channel: at most one write in the kernel, the rest waits in the outbound buffer.
 *
 * <p>Small messages are gathered into one pooled buffer, since WriteFile takes one; a large direct buffer is given to
 * the kernel as it is. Either way the operation holds a reference of its own until its packet comes, so that Netty may
 * release the outbound buffer whenever it likes.
 *
 * <p>Event loop only, except for the orphan path.
 */
final class PipeWriter extends IoOperation {

  /** A message of this size and more is worth more than the copy that gathering costs. */
  private static final int ZERO_COPY_BYTES = 16 * 1024;
  private static final int MOST_GATHERED_BYTES = 256 * 1024;
  private static final int MOST_IN_ONE_WRITE = 1024 * 1024;

  private final NamedPipeChannel channel;

  private ByteBuf inKernel;
  private int length;
  private boolean writing;

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
      release();
      if (answer != PipeErrors.SUCCESS) {
        writing = false;
        return answer;
      }
      remove(in, bytes());
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

  /** Chooses what the next write takes; says whether there is anything. */
  private boolean takeNext(ChannelOutboundBuffer in) {
    ByteBuf first = (ByteBuf) in.current();
    while (first != null && !first.isReadable()) {
      // Never a zero-byte WriteFile: on a message pipe it is a message (law 6).
      in.remove();
      first = (ByteBuf) in.current();
    }
    if (first == null) {
      return false;
    }
    if (first.readableBytes() >= ZERO_COPY_BYTES && DirectMemory.isDirect(first)) {
      length = Math.min(first.readableBytes(), MOST_IN_ONE_WRITE);
      inKernel = first.retain();
    } else {
      length = gather(in);
    }
    return true;
  }

  private int gather(ChannelOutboundBuffer in) {
    int most = (int) Math.min(in.totalPendingWriteBytes(), MOST_GATHERED_BYTES);
    ByteBuf gathered = channel.alloc().directBuffer(Math.max(most, 1), MOST_GATHERED_BYTES);
    try {
      in.forEachFlushedMessage(message -> {
        ByteBuf bytes = (ByteBuf) message;
        int taken = Math.min(bytes.readableBytes(), MOST_GATHERED_BYTES - gathered.writerIndex());
        gathered.writeBytes(bytes, bytes.readerIndex(), taken);
        return gathered.writerIndex() < MOST_GATHERED_BYTES;
      });
    } catch (Exception e) {
      gathered.release();
      throw new IllegalStateException("A message could not be copied", e);
    }
    inKernel = gathered;
    return gathered.readableBytes();
  }

  /** As removeBytes of Netty, which takes it for a mistake of ours when a listener has aborted half-way. */
  private static void remove(ChannelOutboundBuffer in, int written) {
    int left = written;
    ByteBuf first = (ByteBuf) in.current();
    while (first != null && left >= first.readableBytes()) {
      left -= first.readableBytes();
      in.progress(first.readableBytes());
      in.remove();
      first = (ByteBuf) in.current();
    }
    if (first != null && left > 0) {
      first.skipBytes(left);
      in.progress(left);
    }
  }

  @Override
  protected void completed(int error, int bytes) {
    release();
    ChannelOutboundBuffer in = channel.unsafe().outboundBuffer();
    if (in != null && error == PipeErrors.SUCCESS) {
      remove(in, bytes);
    }
    // Only now: listeners have run in remove, and what they wrote and flushed waits for the next write.
    writing = false;
    channel.writeCompleted(error);
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
