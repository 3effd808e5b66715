// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.PipeHandle;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * Writes a stream of bytes: small messages are gathered into one pooled buffer, since WriteFile takes one; a large
 * direct buffer is given to the kernel as it is.
 */
final class StreamWriter extends PipeWriter implements ChannelOutboundBuffer.MessageProcessor {

  /** A message of this size and more is worth more than the copy that gathering costs. */
  private static final int ZERO_COPY_BYTES = 16 * 1024;
  /** All of a write that waits is in the system's pool, whatever the pipe's quota ("CreateNamedPipe", remarks). */
  private static final int MOST_BYTES = 64 * 1024;
  /** What one write over the network may have ("WriteFile"). */
  private static final int MOST_REMOTE_BYTES = 65_535;

  private final int mostBytes;

  // Event loop only; set while messages are gathered. A lambda that captured it would be an allocation for each write.
  private ByteBuf gathered;
  private boolean midMessage;

  StreamWriter(NamedPipeChannel channel, PipeHandle handle, NamedPipeAddress pipe) {
    super(channel, handle);
    mostBytes = channel.isServerEnd() || pipe.isLocal() ? MOST_BYTES : MOST_REMOTE_BYTES;
  }

  @Override
  boolean takeNext(ChannelOutboundBuffer in) {
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
      keep(first.retain(), Math.min(first.readableBytes(), mostBytes));
    } else {
      // A close that waits for the rest of a message begins no other one.
      ByteBuf copy = gather(in, channel.isClosing() ? Math.min(first.readableBytes(), mostBytes) : mostBytes);
      keep(copy, copy.readableBytes());
    }
    return true;
  }

  private ByteBuf gather(ChannelOutboundBuffer in, int most) {
    int expected = (int) Math.min(in.totalPendingWriteBytes(), most);
    ByteBuf target = channel.alloc().directBuffer(Math.max(expected, 1), most);
    gathered = target;
    try {
      in.forEachFlushedMessage(this);
    } catch (Exception e) {
      target.release();
      throw new IllegalStateException("A message could not be copied", e);
    } finally {
      gathered = null;
    }
    return target;
  }

  /** Copies as much of a message as there is room for. */
  @Override
  public boolean processMessage(Object message) {
    ByteBuf bytes = (ByteBuf) message;
    int taken = Math.min(bytes.readableBytes(), gathered.maxWritableBytes());
    gathered.writeBytes(bytes, bytes.readerIndex(), taken);
    return gathered.maxWritableBytes() > 0;
  }

  /** A part of a stream is fine, but of nothing there would be no end. */
  @Override
  boolean mayTake(int bytes, int length) {
    return bytes > 0;
  }

  @Override
  boolean isMidMessage() {
    return midMessage;
  }

  /** As removeBytes of Netty, which takes it for a mistake of ours when a listener has aborted half-way. */
  @Override
  void written(ChannelOutboundBuffer in, int bytes) {
    int left = bytes;
    ByteBuf first = (ByteBuf) in.current();
    while (first != null && left >= first.readableBytes()) {
      left -= first.readableBytes();
      in.progress(first.readableBytes());
      in.remove();
      first = (ByteBuf) in.current();
    }
    midMessage = first != null && left > 0;
    if (midMessage) {
      first.skipBytes(left);
      in.progress(left);
    }
  }
}
