// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.NamedPipeServerOptions;
import dev.npipe.NamedPipeSocket;
import dev.npipe.channel.MessageTooLongException;
import dev.npipe.channel.OversizedMessages;
import dev.npipe.channel.ZeroLengthMessages;
import dev.npipe.eventbus.FailedRequestPolicy;
import dev.npipe.eventbus.MessageDelivery;
import dev.npipe.eventbus.NamedPipeMessageBridgeOptions;
import dev.npipe.eventbus.SlowReaderPolicy;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeoutException;

/**
 * One client of a bridge for plain messages. It is not read from while it does not read itself, or while it waits for
 * as many answers as it may.
 */
final class MessageConnection {

  private static final Logger LOG = LoggerFactory.getLogger(MessageConnection.class);
  private static final int FAILURE_CODE = -1;

  private enum Life { OPEN, CLOSING, CLOSED }

  private final EventBus eventBus;
  private final NamedPipeMessageBridgeOptions options;
  private final ContextInternal context;
  private final NamedPipeSocket socket;
  private final boolean discards;
  private final OutboundMessages outbound;
  private final AbandonedRequests abandoned;
  private final boolean newcomer;
  private final PromiseInternal<Void> ended;

  // Context only.
  private final Queue<PendingAnswer> answers = new ArrayDeque<>();
  private Life life = Life.OPEN;
  private MessageConsumer<Object> consumer;
  private Future<Void> unregistered;
  private boolean reading = true;
  private boolean inputEnded;
  private int asked;

  MessageConnection(EventBus eventBus, NamedPipeMessageBridgeOptions options, NamedPipeServerOptions pipe,
      ContextInternal context, NamedPipeSocket socket, AbandonedRequests abandoned) {
    this.eventBus = eventBus;
    this.options = options;
    this.context = context;
    this.socket = socket;
    this.discards = pipe.getOversizedMessages() == OversizedMessages.DISCARD;
    this.outbound = new OutboundMessages(socket, options.getMaxOutboundBytes(),
        pipe.getZeroLengthMessages() == ZeroLengthMessages.END_OF_STREAM);
    this.abandoned = abandoned;
    this.newcomer = abandoned.areTooMany();
    this.ended = context.promise();
  }

  void open() {
    socket.messageHandler(this::received);
    socket.drainHandler(drained -> demand());
    socket.exceptionHandler(this::failed);
    socket.endHandler(over -> {
      inputEnded = true;
      closeWhenDone();
    });
    socket.closeHandler(closed -> end());
    if (options.getOutboundAddress() != null) {
      consumer = eventBus.consumer(options.getOutboundAddress(), this::deliver);
      onContext(consumer.completion(), registered -> {
        if (registered.failed() && life == Life.OPEN) {
          // It would wait for ever for messages that do not come.
          disconnect(registered.cause());
        }
      });
    }
  }

  /** Brings the completion of a future, wherever it happens, here. */
  private <T> void onContext(Future<T> future, Handler<AsyncResult<T>> then) {
    PromiseInternal<T> promise = context.promise();
    future.onComplete(promise);
    promise.future().onComplete(then::handle);
  }

  /** Completed when the connection is closed and nothing of it is registered. */
  Future<Void> ended() {
    return ended.future();
  }

  private boolean areRequests() {
    return options.getInboundDelivery() == MessageDelivery.REQUEST && options.getInboundAddress() != null;
  }

  /** A message that was discarded has its place among the others: a request is answered there, as one that failed. */
  private void failed(Throwable cause) {
    if (!discards || !(cause instanceof MessageTooLongException)) {
      LOG.debug("A client of " + socket.path() + " has failed", cause);
    } else if (life == Life.OPEN && areRequests()) {
      await(Future.failedFuture(cause));
      demand();
    } else {
      LOG.warn("A message of a client is lost: " + cause.getMessage());
    }
  }

  private void received(Buffer message) {
    if (life != Life.OPEN) {
      return;
    }
    try {
      if (options.getInboundAddress() == null) {
        throw new IllegalArgumentException("No inboundAddress, but a message");
      }
      Object body = MessageBodies.decode(options.getFormat(), message);
      if (areRequests()) {
        request(body);
      } else if (options.getInboundDelivery() == MessageDelivery.SEND) {
        eventBus.send(options.getInboundAddress(), body);
      } else {
        eventBus.publish(options.getInboundAddress(), body);
      }
    } catch (IllegalArgumentException e) {
      if (areRequests()) {
        await(Future.failedFuture(e));
      } else {
        disconnect(e);
      }
    }
    demand();
  }

  private void disconnect(Throwable cause) {
    if (life == Life.OPEN) {
      LOG.warn("A client of " + socket.path() + " is disconnected: " + cause.getMessage());
      leave();
      socket.close();
    }
  }

  /** There is no room for what it has to be sent. */
  private void abort() {
    leave();
    socket.abort();
  }

  /** Takes part in the bus no more: what comes while the connection closes is for others. */
  private void leave() {
    if (life == Life.OPEN) {
      life = Life.CLOSING;
      unregistered = consumer == null ? Future.succeededFuture() : consumer.unregister();
    }
  }

  /** A client that has nothing to say any more, and nothing to be told, waits for the end. */
  private void closeWhenDone() {
    boolean listens = options.getOutboundAddress() != null && !options.isOutboundRequests();
    if (inputEnded && answers.isEmpty() && !listens && life == Life.OPEN) {
      leave();
      socket.close();
    }
  }

  private void request(Object body) {
    if (newcomer && abandoned.areTooMany()) {
      // Those who were here before do not suffer for those who come, ask, and go.
      await(Future.failedFuture("Too many requests of clients that have gone wait for their answers"));
      return;
    }
    DeliveryOptions delivery = new DeliveryOptions().setSendTimeout(options.getRequestTimeout().toMillis());
    await(eventBus.request(options.getInboundAddress(), body, delivery));
  }

  private void await(Future<Message<Object>> asked) {
    PendingAnswer answer = new PendingAnswer(this, abandoned);
    answers.add(answer);
    onContext(asked, answer::settle);
  }

  /** An answer has come, or will not. */
  void settled(PendingAnswer answer) {
    if (life == Life.OPEN) {
      flushAnswers();
      closeWhenDone();
      demand();
    } else {
      answers.remove(answer);
      answer.refuse();
    }
  }

  private void flushAnswers() {
    while (life == Life.OPEN && !answers.isEmpty() && answers.peek().outcome() != null) {
      AsyncResult<Message<Object>> outcome = answers.poll().outcome();
      if (outcome.failed()) {
        fail(outcome.cause());
      } else {
        answer(outcome.result());
      }
    }
  }

  private void answer(Message<Object> message) {
    try {
      if (!outbound.write(outbound.encode(message.body()))) {
        abort();
      }
    } catch (IllegalArgumentException e) {
      fail(e);
    }
    refuse(message, "The client of a pipe for plain messages can not answer an answer");
  }

  private void fail(Throwable cause) {
    FailedRequestPolicy policy = options.getFailedRequestPolicy();
    if (policy == FailedRequestPolicy.CLOSE) {
      disconnect(cause);
    } else if (!outbound.write(policy == FailedRequestPolicy.EMPTY ? Buffer.buffer() : MessageBodies.describe(cause))) {
      abort();
    }
  }

  /** A message of the bus, for the client. */
  private void deliver(Message<Object> message) {
    if (life != Life.OPEN) {
      refuse(message, "The client has gone");
      return;
    }
    Buffer bytes;
    try {
      bytes = outbound.encode(message.body());
    } catch (IllegalArgumentException e) {
      LOG.warn("A message for a client of " + socket.path() + " is dropped: " + e.getMessage());
      refuse(message, e.getMessage());
      return;
    }
    if (message.replyAddress() != null && !options.isOutboundRequests()) {
      refuse(message, "The clients of this pipe are not asked; see outboundRequests");
    } else if (message.replyAddress() != null && asked >= options.getMaxPendingRequests()) {
      refuse(message, "Too many requests wait for the client to answer");
    } else if (!outbound.isRoomFor(bytes)) {
      refuse(message, "The client reads too slowly");
      if (options.getSlowReaderPolicy() == SlowReaderPolicy.CLOSE) {
        abort();
      }
    } else if (message.replyAddress() == null) {
      outbound.write(bytes);
    } else {
      ask(message, bytes);
    }
  }

  private void ask(Message<Object> message, Buffer bytes) {
    asked++;
    Future<Buffer> answer = outbound.ask(bytes, options.getRequestTimeout());
    answer.onComplete(done -> {
      asked--;
      if (done.cause() instanceof TimeoutException) {
        // If it never comes, all that follow would be taken for the answers to the questions before.
        disconnect(done.cause());
      }
    });
    answer.map(reply -> MessageBodies.decode(options.getFormat(), reply)).onComplete(message::reply,
        cause -> message.fail(FAILURE_CODE, reason(cause)));
  }

  private static String reason(Throwable cause) {
    // Has no message of its own.
    return cause instanceof ClosedChannelException ? "The client has gone without an answer" : cause.getMessage();
  }

  static void refuse(Message<Object> message, String reason) {
    if (message.replyAddress() != null) {
      message.fail(FAILURE_CODE, reason);
    }
  }

  private void demand() {
    boolean wanted = life == Life.OPEN && !socket.writeQueueFull() && answers.size() < options.getMaxPendingRequests();
    if (wanted != reading && life == Life.OPEN) {
      reading = wanted;
      if (wanted) {
        socket.resume();
      } else {
        socket.pause();
      }
    }
  }

  private void end() {
    if (life == Life.CLOSED) {
      return;
    }
    leave();
    life = Life.CLOSED;
    answers.forEach(PendingAnswer::abandon);
    answers.clear();
    unregistered.onComplete(done -> ended.complete());
  }
}
