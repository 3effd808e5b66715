// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.NamedPipeEndpointOptions;
import dev.npipe.channel.NamedPipeChannel;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.internal.concurrent.InboundMessageQueue;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.RejectedExecutionException;

/**
 * What a socket receives, on its way from the event loop to the context: answers go to their requests, all else to the
 * handler, by the demand of {@code pause} and {@code fetch}.
 */
final class SocketInput {

  private static final Object END = new Object();

  /** How much of a stream waits for a handler before reading stops; its buffers may be large. */
  private static final int MOST_STREAM_BYTES = 1024 * 1024;

  private final ContextInternal context;
  private final ReadDemand demand;
  private final MessageRequests requests;
  private final Inbound queue;

  // Event loop only.
  private boolean ended;

  // Set by any thread, called on the context.
  private volatile Handler<Buffer> handler;
  private volatile Handler<Void> endHandler;

  SocketInput(ContextInternal context, NamedPipeChannel channel, NamedPipeEndpointOptions options) {
    this.context = context;
    this.demand = new ReadDemand(channel.config(),
        channel.isMessageMode() ? options.getMaxMessageSize() : MOST_STREAM_BYTES);
    this.requests = new MessageRequests(channel.eventLoop(), demand);
    this.queue = new Inbound();
  }

  private final class Inbound extends InboundMessageQueue<Object> {

    Inbound() {
      super(context.eventLoop(), context.executor());
    }

    @Override
    protected void handlePause() {
      demand.holdByMessages(true);
    }

    @Override
    protected void handleResume() {
      demand.holdByMessages(false);
    }

    @Override
    protected void handleMessage(Object message) {
      if (message == END) {
        dispatch(null, endHandler);
        return;
      }
      if (message instanceof Runnable) {
        // It is no message: whoever fetches so many gets as many.
        fetch(1);
        ((Runnable) message).run();
        return;
      }
      Buffer buffer = (Buffer) message;
      if (demand.handled(buffer.length())) {
        checkRoom();
      }
      dispatch(buffer, handler);
    }
  }

  private void checkRoom() {
    try {
      context.nettyEventLoop().execute(demand::checkRoom);
    } catch (RejectedExecutionException terminated) {
      // So has the reading.
      return;
    }
  }

  private <T> void dispatch(T event, Handler<T> to) {
    if (to != null) {
      context.dispatch(event, to);
    }
  }

  void handler(Handler<Buffer> newHandler) {
    handler = newHandler;
  }

  void endHandler(Handler<Void> newHandler) {
    endHandler = newHandler;
  }

  void pause() {
    queue.pause();
  }

  void fetch(long amount) {
    queue.fetch(amount);
  }

  MessageRequests requests() {
    return requests;
  }

  /** Bytes have come, or a message. Event loop. */
  void read(ByteBuf bytes) {
    if (!requests.answered(bytes)) {
      demand.waits(bytes.readableBytes());
      queue.write(BufferInternal.safeBuffer(bytes));
    }
  }

  /** There is something to tell in its place among the messages. Event loop. */
  void tell(Runnable news) {
    queue.write(news);
  }

  /** There is no more to come. Event loop. */
  void end() {
    requests.failAll(new ClosedChannelException());
    if (!ended) {
      ended = true;
      queue.write(END);
    }
  }
}
