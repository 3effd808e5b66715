// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One end of a connection under test: it sends a stream whose bytes are known, and checks what it receives against the
 * stream of its peer.
 */
final class Party extends ChannelInboundHandlerAdapter {

  final List<ChannelFuture> writes = new ArrayList<>();
  final List<Throwable> failures = new ArrayList<>();
  NamedPipeChannel channel;
  long sent;
  long acknowledged;
  long received;
  int inactive;
  boolean wrong;
  boolean alwaysReading = true;
  boolean readAfterInactive;
  boolean closedHere;

  /** What the stream has at a place; the same for all streams, as no two are mixed but by a mistake. */
  private static byte at(long index) {
    return (byte) (index * 31 + (index >> 8) * 7 + (index >> 16));
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    channel = (NamedPipeChannel) context.channel();
    context.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    readAfterInactive |= inactive > 0;
    if (channel.isMessageMode()) {
      // A whole message says how long it is; an empty one says nothing.
      wrong |= bytes.isReadable() && bytes.readInt() != bytes.readableBytes();
    }
    while (bytes.isReadable()) {
      wrong |= bytes.readByte() != at(received++);
    }
    bytes.release();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    inactive++;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    failures.add(cause);
  }

  void write(Random random) {
    int length = switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> 1;
      case 2 -> 20_000 + random.nextInt(90_000);
      default -> random.nextInt(600);
    };
    int header = channel.isMessageMode() && length > 0 ? Integer.BYTES : 0;
    int size = header + length;
    ByteBuf bytes = random.nextBoolean() ? channel.alloc().directBuffer(size) : channel.alloc().heapBuffer(size);
    if (header > 0) {
      bytes.writeInt(length);
    }
    for (int i = 0; i < length; i++) {
      bytes.writeByte(at(sent++));
    }
    if (length > 2 && random.nextInt(4) == 0) {
      bytes = channel.alloc().compositeBuffer()
          .addComponents(true, bytes.readRetainedSlice(length / 2), bytes);
    }
    boolean asMessage = channel.isMessageMode() && random.nextBoolean();
    ChannelFuture written = channel.write(asMessage ? new PipeMessage(bytes) : bytes);
    written.addListener(done -> acknowledged += done.isSuccess() ? length : 0);
    writes.add(written);
  }
}
