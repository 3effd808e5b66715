// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.channel.CloseReason;
import dev.npipe.channel.NamedPipeChannel;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * How a socket ends: first the grace of a shutdown, if there is somebody to use it; then what was written before,
 * within the linger timeout; then the channel.
 */
final class SocketClosing {

  private final ContextInternal context;
  private final ChannelHandlerContext ctx;
  private final NamedPipeChannel channel;
  private final PipeWriteQueue outbound;
  private final Duration linger;

  // Set by any thread, called on the context.
  private volatile Handler<Duration> shutdownHandler;

  // Event loop only.
  private boolean closing;
  private ScheduledFuture<?> graceTimer;
  private ScheduledFuture<?> lingerTimer;

  SocketClosing(ContextInternal context, ChannelHandlerContext ctx, PipeWriteQueue outbound, Duration linger) {
    this.context = context;
    this.ctx = ctx;
    this.channel = (NamedPipeChannel) ctx.channel();
    this.outbound = outbound;
    this.linger = linger;
  }

  void shutdownHandler(Handler<Duration> handler) {
    shutdownHandler = handler;
  }

  /** Completes when the channel is closed. */
  Future<Void> future() {
    PromiseInternal<Void> promise = context.promise();
    channel.closeFuture().addListener(promise);
    return promise.future();
  }

  /** Shuts down, or closes if there is no time or nobody to use it. Any thread. */
  Future<Void> shutdown(Duration timeout) {
    Handler<Duration> handler = shutdownHandler;
    if (timeout.isZero() || handler == null) {
      outbound.refuse();
      outbound.submit(this::close);
    } else {
      execute(() -> awaitGrace(timeout, handler));
    }
    return future();
  }

  private void execute(Runnable task) {
    try {
      ctx.executor().execute(task);
    } catch (RejectedExecutionException terminated) {
      // The end of its event loop has closed the channel.
      outbound.refuse();
    }
  }

  private void awaitGrace(Duration timeout, Handler<Duration> handler) {
    if (graceTimer == null && channel.isOpen()) {
      graceTimer = timer(timeout);
      context.emit(timeout, handler);
    }
  }

  private ScheduledFuture<?> timer(Duration timeout) {
    return ctx.executor().schedule(() -> channel.close(CloseReason.TIMEOUT), timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void close() {
    if (closing || !channel.isOpen()) {
      return;
    }
    closing = true;
    // Comes back when everything before it has; it never reaches the kernel itself.
    ChannelFuture last = ctx.writeAndFlush(Unpooled.EMPTY_BUFFER);
    if (!last.isDone()) {
      if (linger.isZero()) {
        channel.close(CloseReason.TIMEOUT);
        return;
      }
      lingerTimer = timer(linger);
    }
    last.addListener(done -> channel.close(CloseReason.LOCAL));
  }

  /** The channel is closed. */
  void handleClosed() {
    closing = true;
    cancel(graceTimer);
    cancel(lingerTimer);
  }

  private static void cancel(ScheduledFuture<?> timer) {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
