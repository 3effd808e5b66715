// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.NamedPipeEndpointOptions;
import dev.npipe.NamedPipeSocket;
import dev.npipe.channel.CloseReason;
import dev.npipe.channel.MessageTooLongException;
import dev.npipe.channel.NamedPipeChannel;
import dev.npipe.channel.ZeroLengthMessages;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.spi.metrics.TransportMetrics;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * The socket of one channel.
 */
final class NamedPipeSocketImpl extends PeerSocket {

  private final ContextInternal context;
  private final NamedPipeChannel channel;
  private final SocketInput input;
  private final SocketOutput outbound;
  private final SocketClosing closing;
  private final SocketErrors errors;
  private final SocketDeadlines deadlines;
  private final boolean endsByMessage;

  // Event loop only.
  private final ConnectionMetrics metrics;

  // Set by any thread, called on the context.
  private volatile Handler<Void> closeHandler;

  NamedPipeSocketImpl(ContextInternal context, ChannelHandlerContext ctx, NamedPipeEndpointOptions options,
      TransportMetrics<?> transportMetrics) {
    super(context, (NamedPipeChannel) ctx.channel());
    this.context = context;
    this.channel = (NamedPipeChannel) ctx.channel();
    this.metrics = new ConnectionMetrics(transportMetrics, path());
    this.errors = new SocketErrors(context, metrics);
    this.input = new SocketInput(context, channel, options);
    this.outbound = new SocketOutput(context, ctx, options, metrics);
    this.endsByMessage = isMessageMode() && options.getZeroLengthMessages() == ZeroLengthMessages.END_OF_STREAM;
    this.deadlines = new SocketDeadlines(channel, outbound::isWriting, errors::ended);
    this.closing = new SocketClosing(context, ctx, outbound, options.getLingerTimeout());
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
    input.read(bytes);
  }

  /** The peer has ended its stream, and may go on reading. */
  void handleInputEnd() {
    input.end();
    closing.handleInputEnd();
  }

  void handleReadComplete() {
    outbound.release();
  }

  void handleException(Throwable cause) {
    if (cause instanceof MessageTooLongException) {
      // The message was the answer that is awaited, if one is.
      input.requests().failed(cause);
    }
    errors.ended(cause);
  }

  /** A message that was too long has been discarded; the connection goes on. */
  void handleDiscarded(MessageTooLongException cause) {
    errors.discarded(cause, input);
  }

  void handleInactive() {
    closing.handleClosed();
    deadlines.close();
    outbound.close();
    metrics.disconnected();
    input.end();
    context.execute(() -> dispatch(null, closeHandler));
  }

  @Override
  public NamedPipeSocket exceptionHandler(Handler<Throwable> handler) {
    errors.handler(handler);
    return this;
  }

  @Override
  public NamedPipeSocket handler(Handler<Buffer> handler) {
    input.handler(handler);
    return this;
  }

  @Override
  public boolean isMessageMode() {
    return channel.isMessageMode();
  }

  private void requireMessageMode(String what) {
    if (!isMessageMode()) {
      throw new IllegalStateException(what + " needs a pipe in message mode, and " + path()
          + " is in byte mode: set messageMode on both ends");
    }
  }

  @Override
  public NamedPipeSocket messageHandler(Handler<Buffer> handler) {
    requireMessageMode("messageHandler");
    return handler(handler);
  }

  @Override
  public NamedPipeSocket pause() {
    input.pause();
    return this;
  }

  @Override
  public NamedPipeSocket resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public NamedPipeSocket fetch(long amount) {
    input.fetch(amount);
    return this;
  }

  @Override
  public NamedPipeSocket endHandler(Handler<Void> endHandler) {
    input.endHandler(endHandler);
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
    outbound.drainHandler(handler);
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
    return outbound.write(((BufferInternal) data).getByteBuf());
  }

  @Override
  public Future<Void> write(String text) {
    return outbound.write(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
  }

  @Override
  public Future<Void> write(String text, String encoding) {
    return outbound.write(Unpooled.copiedBuffer(text, Charset.forName(encoding)));
  }

  @Override
  public Future<Void> writeMessage(Buffer message) {
    requireMessageMode("writeMessage");
    return outbound.writeMessage(message);
  }

  @Override
  public Future<Buffer> request(Buffer message, Duration timeout) {
    requireMessageMode("request");
    Timeouts.checkPositive("The timeout of a request", timeout);
    return outbound.request(message, timeout, input.requests());
  }

  @Override
  public Future<Void> sendFile(String filename, long offset, long length) {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException("offset and length must not be negative: " + offset + ", " + length);
    }
    if (isMessageMode()) {
      throw new IllegalStateException("A file is sent in pieces, and would be as many messages: " + path()
          + " is in message mode");
    }
    Path path = context.owner().fileResolver().resolve(filename).toPath();
    return FileSending.send(context, outbound, path, offset, length);
  }

  @Override
  public Future<Void> end() {
    return endsByMessage ? closing.end() : close();
  }

  @Override
  public Future<Void> end(Buffer data) {
    Objects.requireNonNull(data, "data");
    Future<Void> last = write(data);
    return end().transform(ended -> last.transform(written -> written.failed() ? last : ended(ended)));
  }

  private Future<Void> ended(AsyncResult<Void> ended) {
    return ended.succeeded() ? context.succeededFuture() : context.failedFuture(ended.cause());
  }

  @Override
  public Future<Void> flush(Duration timeout) {
    Timeouts.checkPositive("The timeout of a flush", timeout);
    PromiseInternal<Void> promise = context.promise();
    outbound.submit(() -> channel.whenRead(timeout).addListener(promise),
        () -> promise.fail(new ClosedChannelException()));
    return promise.future();
  }

  @Override
  public long unsentBytes() {
    return closing.unsentBytes();
  }

  @Override
  public OptionalLong discardedBytes() {
    return channel.discardedBytes();
  }

  @Override
  public NamedPipeSocket readDeadline(Duration timeout) {
    deadlines.read(Timeouts.check("A read deadline", timeout));
    return this;
  }

  @Override
  public NamedPipeSocket writeDeadline(Duration timeout) {
    deadlines.write(Timeouts.check("A write deadline", timeout));
    return this;
  }

  @Override
  public Future<Void> close() {
    return closing.close();
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
}
