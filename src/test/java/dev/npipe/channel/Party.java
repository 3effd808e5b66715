// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.SimulatedPipeKernel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
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
  int inputEnds;
  /** Netty may not tell the pipeline of the end then. */
  boolean endedBetweenLoops;
  long handle;
  long peerHandle;
  private boolean discards;

  private final Random random;
  private final SimulatedPipeKernel kernel;
  private final LifeTally tally;
  private final Moves moves;

  Party(Random random, SimulatedPipeKernel kernel, LifeTally tally, Moves moves) {
    this.random = random;
    this.kernel = kernel;
    this.tally = tally;
    this.moves = moves;
  }

  /** What the stream has at a place; the same for all streams, as no two are mixed but by a mistake. */
  private static byte at(long index) {
    return (byte) (index * 31 + (index >> 8) * 7 + (index >> 16));
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (channel == null) {
      channel = (NamedPipeChannel) context.channel();
      handle = channel.handle();
      peerHandle = handle > 0 ? kernel.peerOf(handle) : -1;
      configure();
      channel.closeFuture().addListener(closed -> endedBetweenLoops = moves.isUnderWay(channel));
    }
    context.fireChannelActive();
  }

  /** How it ends, and what it makes of unusual messages. */
  private void configure() {
    NamedPipeChannelConfig config = channel.config();
    switch (random.nextInt(6)) {
      case 0 -> config.setLinger(Duration.ZERO);
      case 1 -> config.setLinger(Duration.ofMillis(1 + random.nextInt(50)));
      default -> config.setLinger(NamedPipeChannelConfig.DEFAULT_LINGER);
    }
    switch (channel.isMessageMode() ? random.nextInt(6) : -1) {
      case 0 -> config.setMaxMessageSize(200 + random.nextInt(2_000));
      case 1 -> {
        config.setMaxMessageSize(200 + random.nextInt(2_000)).setOversizedMessages(OversizedMessages.DISCARD);
        discards = true;
      }
      case 2 -> config.setZeroLengthMessages(ZeroLengthMessages.END_OF_STREAM);
      default -> config.setMaxMessageSize(NamedPipeChannelConfig.DEFAULT_MAX_MESSAGE_SIZE);
    }
  }

  /** Whether it is given whatever its peer writes. */
  boolean takesAll() {
    return !discards && inputEnds == 0 && failures.stream().noneMatch(MessageTooLongException.class::isInstance);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    readAfterInactive |= inactive > 0;
    wrong |= inputEnds > 0;
    if (channel.isMessageMode()) {
      tally.messages++;
      readHeader(bytes);
    }
    while (bytes.isReadable()) {
      wrong |= bytes.readByte() != at(received++);
    }
    bytes.release();
  }

  /** A whole message says how long it is, and where in the stream; an empty one says nothing. */
  private void readHeader(ByteBuf message) {
    if (message.isReadable()) {
      wrong |= message.readInt() != message.readableBytes() - Long.BYTES;
      long place = message.readLong();
      wrong |= place < received || !discards && place > received;
      received = place;
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    inputEnds++;
    tally.inputEnds++;
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    inactive++;
    tally.endedWithoutLinger += channel.config().getLinger().isZero() ? 1 : 0;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    failures.add(cause);
    if (cause instanceof MessageTooLongException) {
      tally.discarded += discards ? 1 : 0;
      tally.tooLong += discards ? 0 : 1;
    }
  }

  void write() {
    int length = switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> 1;
      case 2 -> 20_000 + random.nextInt(90_000);
      default -> random.nextInt(600);
    };
    int header = channel.isMessageMode() && length > 0 ? Integer.BYTES + Long.BYTES : 0;
    int size = header + length;
    ByteBuf bytes = random.nextBoolean() ? channel.alloc().directBuffer(size) : channel.alloc().heapBuffer(size);
    if (header > 0) {
      bytes.writeInt(length).writeLong(sent);
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
