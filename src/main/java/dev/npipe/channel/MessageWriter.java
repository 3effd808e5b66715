// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.PipeHandle;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * Writes messages: each is one WriteFile, which takes all of it or fails.
 */
final class MessageWriter extends PipeWriter {

  MessageWriter(NamedPipeChannel channel, PipeHandle handle) {
    super(channel, handle);
  }

  @Override
  boolean takeNext(ChannelOutboundBuffer in) {
    Object first = in.current();
    while (first instanceof ByteBuf && !((ByteBuf) first).isReadable()) {
      // Not a message, but somebody's flush (law 6); who means one says so by a PipeMessage.
      in.remove();
      first = in.current();
    }
    if (first == null) {
      return false;
    }
    ByteBuf content = first instanceof PipeMessage ? ((PipeMessage) first).content() : (ByteBuf) first;
    int bytes = content.readableBytes();
    keep(bytes > 0 && DirectMemory.isDirect(content) ? content.retain() : copy(content, bytes), bytes);
    return true;
  }

  private ByteBuf copy(ByteBuf content, int bytes) {
    // With room for one byte at least: a message of none has an address too.
    return channel.alloc().directBuffer(Math.max(1, bytes)).writeBytes(content, content.readerIndex(), bytes);
  }

  @Override
  boolean mayTake(int bytes, int length) {
    return bytes == length;
  }

  @Override
  void written(ChannelOutboundBuffer in, int bytes) {
    if (in.current() != null) {
      in.progress(bytes);
      in.remove();
    }
  }
}
