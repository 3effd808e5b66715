// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.NamedPipeEndpointOptions;
import dev.npipe.channel.CloseReason;
import dev.npipe.channel.MessageTooLongException;
import dev.npipe.channel.NamedPipeChannel;
import dev.npipe.channel.OversizedMessages;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.spi.metrics.TransportMetrics;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Brings the events of a channel to its socket. Event loop only.
 */
final class PipeSocketHandler extends ChannelInboundHandlerAdapter {

  private final ContextInternal context;
  private final NamedPipeEndpointOptions options;
  private final TransportMetrics<?> metrics;
  private final Consumer<NamedPipeSocketImpl> connected;
  private NamedPipeSocketImpl socket;

  private PipeSocketHandler(ContextInternal context, NamedPipeEndpointOptions options, TransportMetrics<?> metrics,
      Consumer<NamedPipeSocketImpl> connected) {
    this.context = context;
    this.options = options;
    this.metrics = metrics;
    this.connected = connected;
  }

  /**
   * Makes a socket of a channel that is not registered yet.
   *
   * @param context where the socket's handlers run, and whose event loop the channel will be registered with
   * @param connected is given the socket, on the event loop, when the channel is active
   */
  static void install(NamedPipeChannel channel, ContextInternal context, NamedPipeEndpointOptions options,
      TransportMetrics<?> metrics, Consumer<NamedPipeSocketImpl> connected) {
    // Pooled whatever the process has chosen: a buffer given to a handler of Vert.x is copied only if it is.
    channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
    channel.config().setLinger(options.getLingerTimeout());
    channel.config().setMaxMessageSize(options.getMaxMessageSize())
        .setOversizedMessages(options.getOversizedMessages())
        .setZeroLengthMessages(options.getZeroLengthMessages());
    long read = Timeouts.toMillis(options.getReadIdleTimeout());
    long write = Timeouts.toMillis(options.getWriteIdleTimeout());
    long both = Timeouts.toMillis(options.getIdleTimeout());
    if (read > 0 || write > 0 || both > 0) {
      channel.pipeline().addLast("idle", new IdleStateHandler(read, write, both, TimeUnit.MILLISECONDS));
    }
    channel.pipeline().addLast("socket", new PipeSocketHandler(context, options, metrics, connected));
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    socket = new NamedPipeSocketImpl(context, ctx, options, metrics);
    connected.accept(socket);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (socket == null || !(message instanceof ByteBuf)) {
      ReferenceCountUtil.release(message);
    } else {
      socket.handleRead((ByteBuf) message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (socket != null) {
      socket.handleReadComplete();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof IdleStateEvent) {
      ((NamedPipeChannel) ctx.channel()).close(CloseReason.TIMEOUT);
    } else if (event == ChannelInputShutdownEvent.INSTANCE && socket != null) {
      socket.handleInputEnd();
    } else {
      ReferenceCountUtil.release(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (socket != null && cause instanceof MessageTooLongException
        && options.getOversizedMessages() == OversizedMessages.DISCARD) {
      socket.handleDiscarded((MessageTooLongException) cause);
      return;
    }
    if (socket != null) {
      socket.handleException(cause);
    }
    ((NamedPipeChannel) ctx.channel()).close(CloseReason.ERROR);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (socket != null) {
      socket.handleInactive();
    }
  }
}
