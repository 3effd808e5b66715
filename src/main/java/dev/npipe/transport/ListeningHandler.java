// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import dev.npipe.channel.NamedPipeAddress;
import dev.npipe.channel.NamedPipeChannel;
import dev.npipe.channel.NamedPipeServerChannel;
import dev.npipe.channel.PeerVerification;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * First in the pipeline of a listening channel. Sets what is known only at bind, and the linger time of its clients.
 */
final class ListeningHandler extends ChannelDuplexHandler {

  private static final InternalLogger LOGGER = InternalLoggerFactory.getInstance(ListeningHandler.class);

  private final SharedNames names;
  private final Duration linger;
  private final PeerVerification verification;

  /** With the linger time of accepted connections, null for the channel's own; and who lets them in, null for all. */
  ListeningHandler(SharedNames names, Duration linger, PeerVerification verification) {
    this.names = names;
    this.linger = linger;
    this.verification = verification;
  }

  @Override
  public void bind(ChannelHandlerContext ctx, SocketAddress local, ChannelPromise promise) {
    NamedPipeServerChannel channel = (NamedPipeServerChannel) ctx.channel();
    NamedPipeAddress name = (NamedPipeAddress) local;
    EventLoopGroup group = channel.eventLoop().parent();
    BufferSizes.of(channel).applyTo(channel.config());
    if (names.isOwnedBy(group, name)) {
      // It is ours, and stays so while this runs: all of a Vert.x's listeners live on one acceptor's event loop.
      channel.config().setFirstInstanceRequired(false);
    }
    ctx.bind(local, promise.unvoid().addListener(bound -> {
      if (bound.isSuccess()) {
        names.add(group, name);
        channel.closeFuture().addListener(closed -> names.remove(group, name));
      }
    }));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object accepted) {
    if (linger != null) {
      ((NamedPipeChannel) accepted).config().setLinger(linger);
    }
    if (verification == null) {
      ctx.fireChannelRead(accepted);
    } else {
      // Not as an exception of the listening channel: Netty stops accepting for a second after one.
      verification.verify((NamedPipeChannel) accepted, ctx::fireChannelRead, refused -> LOGGER.warn("{}",
          refused.getMessage()));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (verification != null) {
      verification.close();
    }
    ctx.fireChannelInactive();
  }
}
