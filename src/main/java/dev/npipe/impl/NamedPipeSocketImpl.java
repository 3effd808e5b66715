// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.NamedPipeEndpointOptions;
import dev.npipe.NamedPipeSocket;
import dev.npipe.channel.CloseReason;
import dev.npipe.channel.NamedPipeChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.internal.concurrent.InboundMessageQueue;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.spi.metrics.TransportMetrics;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * The socket of one channel.
 */
final class NamedPipeSocketImpl implements NamedPipeSocket {

  private static final Logger LOG = LoggerFactory.getLogger(NamedPipeSocketImpl.class);
  private static final Object END = new Object();

  private final ContextInternal context;
  private final NamedPipeChannel channel;
  private final InboundMessageQueue<Object> inbound;
  private final PipeWriteQueue outbound;
  private final SocketClosing closing;

  // Event loop only.
  private final ConnectionMetrics metrics;
  private boolean failed;

  // Set by any thread, called on the context.
  private volatile Handler<Buffer> handler;
  private volatile Handler<Void> endHandler;
  private volatile Handler<Void> drainHandler;
  private volatile Handler<Void> closeHandler;
  private volatile Handler<Throwable> exceptionHandler;

  NamedPipeSocketImpl(ContextInternal context, ChannelHandlerContext ctx, NamedPipeEndpointOptions options,
      TransportMetrics<?> transportMetrics) {
    this.context = context;
    this.channel = (NamedPipeChannel) ctx.channel();
    this.metrics = new ConnectionMetrics(transportMetrics, path());
    this.inbound = new Inbound();
    this.outbound = new Outbound(ctx, options.getWriteQueueMaxSize());
    this.closing = new SocketClosing(context, ctx, outbound, options.getLingerTimeout());
  }

  /** From the event loop to the context, with the demand of {@code pause} and {@code fetch}. */
  private final class Inbound extends InboundMessageQueue<Object> {

    Inbound() {
      super(context.eventLoop(), context.executor());
    }

    @Override
    protected void handlePause() {
      channel.config().setAutoRead(false);
    }

    @Override
    protected void handleResume() {
      channel.config().setAutoRead(true);
    }

    @Override
    protected void handleMessage(Object message) {
      if (message == END) {
        dispatch(null, endHandler);
      } else {
        dispatch((Buffer) message, handler);
      }
    }
  }

  /** From any thread to the event loop. */
  private final class Outbound extends PipeWriteQueue {

    Outbound(ChannelHandlerContext ctx, int maxBytes) {
      super(ctx, maxBytes);
    }

    @Override
    void handleWritten(long bytes) {
      metrics.written(bytes);
    }

    @Override
    void handleDrained() {
      context.execute(() -> dispatch(null, drainHandler));
    }
  }

  private <T> void dispatch(T event, Handler<T> to) {
    if (to != null) {
      context.dispatch(event, to);
    }
  }

  /** Runs a task when the channel is closed. */
  void onClose(Runnable task) {
    channel.closeFuture().addListener(done -> task.run());
  }

  void handleRead(ByteBuf bytes) {
    metrics.read(bytes.readableBytes());
    outbound.hold();
    inbound.write(BufferInternal.safeBuffer(bytes));
  }

  void handleReadComplete() {
    outbound.release();
  }

  void handleException(Throwable cause) {
    metrics.failed(cause);
    if (failed) {
      return;
    }
    failed = true;
    context.execute(() -> {
      Handler<Throwable> to = exceptionHandler;
      if (to != null) {
        context.dispatch(cause, to);
      } else {
        LOG.error(cause.getMessage(), LOG.isDebugEnabled() ? cause : null);
      }
    });
  }

  void handleInactive() {
    closing.handleClosed();
    outbound.close();
    metrics.disconnected();
    inbound.write(END);
    context.execute(() -> dispatch(null, closeHandler));
  }

  @Override
  public NamedPipeSocket exceptionHandler(Handler<Throwable> handler) {
    exceptionHandler = handler;
    return this;
  }

  @Override
  public NamedPipeSocket handler(Handler<Buffer> handler) {
    this.handler = handler;
    return this;
  }

  @Override
  public NamedPipeSocket pause() {
    inbound.pause();
    return this;
  }

  @Override
  public NamedPipeSocket resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public NamedPipeSocket fetch(long amount) {
    inbound.fetch(amount);
    return this;
  }

  @Override
  public NamedPipeSocket endHandler(Handler<Void> endHandler) {
    this.endHandler = endHandler;
    return this;
  }

  @Override
  public NamedPipeSocket setWriteQueueMaxSize(int maxSize) {
    if (maxSize < 1) {
      throw new IllegalArgumentException("The size of the write queue must be at least 1: " + maxSize);
    }
    outbound.setMaxBytes(maxSize);
    return this;
  }

  @Override
  public boolean writeQueueFull() {
    return outbound.isFull();
  }

  @Override
  public NamedPipeSocket drainHandler(Handler<Void> handler) {
    drainHandler = handler;
    if (handler != null) {
      outbound.drainedIsAwaited();
    }
    return this;
  }

  @Override
  public NamedPipeSocket closeHandler(Handler<Void> handler) {
    closeHandler = handler;
    return this;
  }

  @Override
  public NamedPipeSocket shutdownHandler(Handler<Duration> handler) {
    closing.shutdownHandler(handler);
    return this;
  }

  @Override
  public Future<Void> write(Buffer data) {
    return write(((BufferInternal) data).getByteBuf());
  }

  @Override
  public Future<Void> write(String text) {
    return write(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
  }

  @Override
  public Future<Void> write(String text, String encoding) {
    return write(Unpooled.copiedBuffer(text, Charset.forName(encoding)));
  }

  private Future<Void> write(ByteBuf bytes) {
    PromiseInternal<Void> promise = context.promise();
    outbound.write(bytes, bytes.readableBytes(), promise);
    return promise.future();
  }

  @Override
  public Future<Void> sendFile(String filename, long offset, long length) {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException("offset and length must not be negative: " + offset + ", " + length);
    }
    Path path = context.owner().fileResolver().resolve(filename).toPath();
    return FileSending.send(context, outbound, path, offset, length);
  }

  @Override
  public Future<Void> end() {
    return close();
  }

  @Override
  public Future<Void> end(Buffer data) {
    Objects.requireNonNull(data, "data");
    Future<Void> last = write(data);
    return close().transform(closed -> last);
  }

  @Override
  public Future<Void> close() {
    return closing.shutdown(Duration.ZERO);
  }

  @Override
  public Future<Void> shutdown(Duration timeout) {
    return closing.shutdown(Timeouts.checkGrace(timeout));
  }

  @Override
  public Future<Void> abort() {
    outbound.refuse();
    channel.abort();
    return closing.future();
  }

  @Override
  public CloseReason closeReason() {
    return channel.closeReason();
  }

  @Override
  public String path() {
    return channel.remoteAddress().path();
  }

  @Override
  public long peerProcessId() {
    return channel.peerProcessId();
  }
}
