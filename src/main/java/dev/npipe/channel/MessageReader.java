// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.PipeHandle;
import io.netty.buffer.ByteBuf;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/**
 * Reads messages: the parts of one are put together in one buffer, which grows no larger than a message may be.
 */
@SuppressWarnings("deprecation") // AbstractUnsafe hands out RecvByteBufAllocator.Handle, deprecated as it is
final class MessageReader extends PipeReader {

  // Event loop only.
  private long discarded;
  private boolean inputEnded;

  MessageReader(NamedPipeChannel channel, PipeHandle handle) {
    super(channel, handle);
  }

  @Override
  ByteBuf roomIn(ByteBuf begun, RecvByteBufAllocator.Handle allocHandle) {
    if (begun == null) {
      int most = channel.config().getMaxMessageSize();
      return channel.alloc().directBuffer(Math.min(allocHandle.guess(), most), most);
    }
    if (!begun.isWritable()) {
      begun.capacity((int) Math.min(begun.capacity() * 2L, begun.maxCapacity()));
    }
    return begun;
  }

  @Override
  ByteBuf received(ByteBuf bytes, boolean whole) {
    if (discarded > 0) {
      discard(bytes, whole);
      return null;
    }
    if (!whole) {
      if (bytes.readableBytes() == bytes.maxCapacity()) {
        // There is more of it, and no more room: the buffer is as large as a message may be.
        tooLong(bytes);
      }
      return null;
    }
    if (inputEnded) {
      // After its end of stream a peer has nothing to say; reading goes on to see it close.
      bytes.clear();
      return null;
    }
    if (!bytes.isReadable() && channel.config().getZeroLengthMessages() == ZeroLengthMessages.END_OF_STREAM) {
      inputEnded = true;
      channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      return null;
    }
    return bytes;
  }

  private void tooLong(ByteBuf bytes) {
    if (channel.config().getOversizedMessages() == OversizedMessages.FAIL) {
      fail(new MessageTooLongException(channel.remoteAddress(), bytes.maxCapacity()));
    } else {
      discard(bytes, false);
    }
  }

  private void discard(ByteBuf bytes, boolean whole) {
    discarded += bytes.readableBytes();
    int most = bytes.maxCapacity();
    bytes.clear();
    if (whole) {
      long size = discarded;
      discarded = 0;
      channel.pipeline().fireExceptionCaught(new MessageTooLongException(channel.remoteAddress(), most, size));
    }
  }
}
