// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import dev.npipe.channel.NamedPipeAddress;
import dev.npipe.channel.NamedPipeChannel;
import dev.npipe.channel.NamedPipeIoHandler;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Locale;

/**
 * Round trips on the channel alone, without Vert.x: the buffers and the promise are reused, so that what is allocated
 * is the channel's own. Event loop of the channel, but for {@link #run}.
 */
final class ChannelPingPong extends ChannelInboundHandlerAdapter {

  private final int size;

  private Channel channel;
  private ByteBuf payload;
  private Promise<String> finished;
  private Samples samples;
  private long began;
  private Allocated allocated;
  private long deadline;
  private long sentAt;
  private int trips;
  private int got;

  private ChannelPingPong(int size) {
    this.size = size;
  }

  static Future<ChannelPingPong> connect(boolean inLoop, String pipe, int size) {
    ChannelPingPong pingPong = new ChannelPingPong(size);
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1,
        inLoop ? NamedPipeIoHandler.newFactory() : NioIoHandler.newFactory());
    ChannelFuture connect = new Bootstrap().group(group).channel(NamedPipeChannel.class).handler(pingPong)
        .connect(NamedPipeAddress.of(pipe));
    return Future.future(promise -> connect.addListener(done -> {
      if (done.isSuccess()) {
        promise.complete(pingPong);
      } else {
        promise.fail(done.cause());
      }
    }));
  }

  /** So many round trips, or as many as the limit allows; 0 is no limit. */
  Future<String> run(int trips, double limitSeconds) {
    Promise<String> promise = Promise.promise();
    channel.eventLoop().execute(() -> {
      this.trips = trips;
      finished = promise;
      samples = new Samples(trips);
      allocated = Allocated.begin();
      began = System.nanoTime();
      deadline = limitSeconds > 0 ? began + (long) (limitSeconds * 1e9) : Long.MAX_VALUE;
      write();
    });
    return promise.future();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    channel = ctx.channel();
    payload = ctx.alloc().directBuffer(size).writeZero(size);
  }

  private void write() {
    got = 0;
    sentAt = System.nanoTime();
    channel.writeAndFlush(payload.setIndex(0, size).retain(), channel.voidPromise());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf data = (ByteBuf) message;
    got += data.readableBytes();
    data.release();
    if (got < size) {
      return;
    }
    long now = System.nanoTime();
    samples.add(now - sentAt);
    if (samples.count() < trips && now < deadline) {
      write();
    } else {
      finished.tryComplete(line());
    }
  }

  private String line() {
    double seconds = (System.nanoTime() - began) / 1e9;
    double bytes = allocated.since();
    int done = samples.count();
    return String.format(Locale.ROOT, "us_per_rt=%.1f msgs_per_s=%.0f MB_per_s=%.2f %s alloc_per_rt=%.1f",
        seconds * 1e6 / done, done / seconds, (double) done * size / seconds / 1e6, samples.percentiles(),
        bytes / done);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    finished.tryFail(cause);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    finished.tryFail("the server closed the connection");
  }
}
