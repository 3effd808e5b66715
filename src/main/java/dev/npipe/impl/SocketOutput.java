// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.NamedPipeEndpointOptions;
import dev.npipe.channel.NamedPipeChannel;
import dev.npipe.channel.PipeMessage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import java.time.Duration;

/**
 * What a socket sends, on its way from any thread to the event loop.
 */
final class SocketOutput extends PipeWriteQueue {

  private final ContextInternal context;
  private final NamedPipeChannel channel;

  // Event loop only.
  private final ConnectionMetrics metrics;

  // Set by any thread, called on the context.
  private volatile Handler<Void> drainHandler;

  SocketOutput(ContextInternal context, ChannelHandlerContext ctx, NamedPipeEndpointOptions options,
      ConnectionMetrics metrics) {
    super(ctx, options.getWriteQueueMaxSize(),
        ((NamedPipeChannel) ctx.channel()).isMessageMode() ? options.getWriteQueueMaxMessages() : Long.MAX_VALUE);
    this.context = context;
    this.channel = (NamedPipeChannel) ctx.channel();
    this.metrics = metrics;
  }

  @Override
  void handleWritten(long bytes) {
    metrics.written(bytes);
  }

  @Override
  boolean isOutputOpen() {
    return channel.isOutputOpen();
  }

  @Override
  void handleDrained() {
    context.execute(() -> {
      Handler<Void> to = drainHandler;
      if (to != null) {
        context.dispatch(null, to);
      }
    });
  }

  void drainHandler(Handler<Void> handler) {
    drainHandler = handler;
    if (handler != null) {
      drainedIsAwaited();
    }
  }

  Future<Void> write(ByteBuf bytes) {
    PromiseInternal<Void> promise = context.promise();
    write(bytes, bytes.readableBytes(), promise);
    return promise.future();
  }

  Future<Void> writeMessage(Buffer message) {
    ByteBuf bytes = ((BufferInternal) message).getByteBuf();
    PromiseInternal<Void> promise = context.promise();
    write(new PipeMessage(bytes), bytes.readableBytes(), promise);
    return promise.future();
  }

  Future<Buffer> request(Buffer message, Duration timeout, MessageRequests requests) {
    ByteBuf bytes = ((BufferInternal) message).getByteBuf();
    PromiseInternal<Buffer> answer = context.promise();
    MessageRequests.Request request = requests.new Request(answer, timeout);
    Promise<Void> written = Promise.promise();
    written.future().onFailure(request::notSent);
    write(new PipeMessage(bytes), bytes.readableBytes(), written, request::sent);
    return answer.future();
  }
}
