// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.npipe.iocp.PipeKernel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.FixedRecvByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A server and its clients in one simulated world. */
final class PipePair {

  static final String NAME = "pair";
  static final String PATH = "\\\\.\\pipe\\" + NAME;

  final SimulatedWorld world;
  final List<Recorder> children = new ArrayList<>();
  final List<Throwable> acceptErrors = new ArrayList<>();
  NamedPipeServerChannel server;
  /** How many bytes a server's end reads at once; 0 leaves it to Netty. */
  int readBytes;

  /** Another server in a world that there is. */
  PipePair(SimulatedWorld world) {
    this.world = world;
  }

  PipePair(long seed, SimulatedWorld.Drivers drivers) {
    this(new SimulatedWorld(seed, drivers));
    world.kernel.whims.latePercent = 0;
    world.kernel.whims.partialPercent = 0;
  }

  PipePair listen() {
    server = world.listen(NAME, new ChannelInboundHandlerAdapter() {
      @Override
      public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        acceptErrors.add(cause);
      }
    }, this::accept);
    return this;
  }

  void accept(NamedPipeChannel child) {
    Recorder recorder = new Recorder();
    children.add(recorder);
    if (readBytes > 0) {
      child.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(readBytes));
    }
    child.pipeline().addLast(recorder);
  }

  NamedPipeChannel connect() {
    return world.connect(NAME, new Recorder());
  }

  NamedPipeChannel connect(Recorder recorder) {
    return world.connect(NAME, recorder);
  }

  /** A client that is no channel of ours: its handle. */
  long openAsStranger() {
    world.kernel.mayBlock = true;
    long stranger = world.kernel.open(PATH, PipeKernel.ACCESS_READ | PipeKernel.ACCESS_WRITE, 1);
    world.kernel.mayBlock = false;
    return stranger;
  }

  Recorder child() {
    return children.get(children.size() - 1);
  }

  static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
  }

  /** Sends, and lets everything come to rest. */
  ChannelFuture send(NamedPipeChannel from, String text) {
    ChannelFuture sent = from.writeAndFlush(bytes(text));
    world.settle();
    return sent;
  }

  /** Closes what is left; nothing may be. */
  void end() {
    if (server != null) {
      server.close();
    }
    children.forEach(child -> child.channel.close());
    world.settle(6_000);
    assertEquals("", world.leftovers());
  }
}
