// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.UnsentBytesException;
import dev.npipe.channel.CloseReason;
import dev.npipe.channel.NamedPipeChannel;
import dev.npipe.channel.NamedPipeException;
import dev.npipe.channel.PipeMessage;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How a socket ends: first the grace of a shutdown, if there is somebody to use it; then what was written before,
 * within a time; then the channel.
 */
final class SocketClosing {

  /** Where the event loop has ended: with all channels of it. */
  private static final Runnable CLOSED_BY_LOOP = () -> { };

  private final ContextInternal context;
  private final ChannelHandlerContext ctx;
  private final NamedPipeChannel channel;
  private final PipeWriteQueue outbound;
  private final Duration linger;

  // Set by any thread, called on the context.
  private volatile Handler<Duration> shutdownHandler;

  // Set by the first thread that ends the stream.
  private final AtomicReference<Future<Void>> ending = new AtomicReference<>();

  // Event loop only.
  private boolean graceGiven;
  private boolean closing;
  private boolean inputEnded;
  private boolean outputEnded;
  private ScheduledFuture<?> timer;

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

  /** How much of what was written the system has not taken. Any thread. */
  long unsentBytes() {
    return Math.max(0, outbound.acceptedBytes() - channel.bytesTaken());
  }

  /** Completes when the channel is closed; fails when time was up before everything was taken. */
  Future<Void> future() {
    PromiseInternal<Void> promise = context.promise();
    if (channel.closeFuture().isDone()) {
      // With its event loop maybe, which tells nobody any more.
      closed(promise);
    } else {
      channel.closeFuture().addListener(closed -> closed(promise));
    }
    return promise.future();
  }

  private void closed(Promise<Void> promise) {
    long unsent = channel.closeReason() == CloseReason.TIMEOUT ? unsentBytes() : 0;
    if (unsent > 0) {
      promise.fail(new UnsentBytesException(channel.remoteAddress().path(), unsent));
    } else {
      promise.complete();
    }
  }

  /** Closes within the linger timeout. Any thread. */
  Future<Void> close() {
    outbound.refuse();
    outbound.submit(() -> close(linger), CLOSED_BY_LOOP);
    return future();
  }

  /** Shuts down within that time, after having told the handler if there is one. Any thread. */
  Future<Void> shutdown(Duration timeout) {
    Handler<Duration> handler = shutdownHandler;
    if (timeout.isZero()) {
      return close();
    }
    if (handler == null) {
      outbound.refuse();
      outbound.submit(() -> close(timeout), CLOSED_BY_LOOP);
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
    if (!channel.isOpen()) {
      return;
    }
    // Also when it is closing already, or has been told: the shorter time counts.
    within(timeout);
    if (!graceGiven && !closing) {
      graceGiven = true;
      context.emit(timeout, handler);
    }
  }

  /** Time is up after that long, or when it was to be up before. */
  private void within(Duration bound) {
    long nanos = bound.toNanos();
    if (timer == null || timer.getDelay(TimeUnit.NANOSECONDS) > nanos) {
      cancelTimer();
      timer = ctx.executor().schedule(() -> channel.close(CloseReason.TIMEOUT), nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void close(Duration bound) {
    if (!channel.isOpen()) {
      return;
    }
    if (closing) {
      within(bound);
      return;
    }
    closing = true;
    // How much of what follows would reach the peer before the channel is closed would be luck.
    outbound.end();
    // Comes back when everything before it has; it never reaches the kernel itself.
    ChannelFuture last = ctx.writeAndFlush(Unpooled.EMPTY_BUFFER);
    if (!last.isDone()) {
      if (bound.isZero()) {
        channel.close(CloseReason.TIMEOUT);
        return;
      }
      within(bound);
    }
    last.addListener(done -> channel.close(CloseReason.LOCAL));
  }

  /**
   * Ends the stream of this side with an empty message, once the peer has read what came before: some take it for the
   * end of that otherwise. Who waits for nobody, with a linger timeout of zero, does not wait for that either. The
   * connection is closed when the peer has ended its stream too. Any thread.
   */
  Future<Void> end() {
    outbound.refuse();
    if (!channel.isOpen()) {
      return future();
    }
    PromiseInternal<Void> promise = context.promise();
    if (!ending.compareAndSet(null, promise.future())) {
      return ending.get();
    }
    outbound.submit(() -> {
      outbound.end();
      if (linger.isZero()) {
        sendEnd(promise);
      } else {
        channel.whenRead(linger).addListener(read -> sendEndUnless(read.cause(), promise));
      }
    }, () -> notEnded(new ClosedChannelException(), promise));
    return promise.future();
  }

  private void sendEndUnless(Throwable failure, PromiseInternal<Void> promise) {
    if (failure == null) {
      sendEnd(promise);
    } else {
      notEnded(failure, promise);
    }
  }

  private void sendEnd(Promise<Void> promise) {
    ctx.writeAndFlush(new PipeMessage(Unpooled.EMPTY_BUFFER)).addListener(sent -> {
      if (sent.isSuccess()) {
        promise.complete();
        outputEnded = true;
        closeWhenBothHaveEnded();
      } else {
        notEnded(sent.cause(), promise);
      }
    });
  }

  private void notEnded(Throwable cause, Promise<Void> promise) {
    if (cause instanceof ClosedChannelException) {
      // There is nothing to end any more.
      future().onComplete(promise);
      return;
    }
    promise.fail(cause);
    CloseReason reason = cause instanceof NamedPipeException
        ? CloseReason.of(((NamedPipeException) cause).errorCode())
        : CloseReason.ERROR;
    if (reason == CloseReason.TIMEOUT || reason == CloseReason.ERROR) {
      channel.close(reason);
    }
    // A peer that has left closes the connection by the end of its stream, once what it wrote before is read.
  }

  /** The peer has ended its stream. Event loop. */
  void handleInputEnd() {
    inputEnded = true;
    closeWhenBothHaveEnded();
  }

  private void closeWhenBothHaveEnded() {
    if (inputEnded && outputEnded) {
      close(linger);
    }
  }

  /** The channel is closed. Event loop. */
  void handleClosed() {
    closing = true;
    cancelTimer();
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
