// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.NamedPipeSocket;
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
  private final PromiseInternal<Void> ended;

  // Context only.
  private final Queue<Answer> answers = new ArrayDeque<>();
  private Life life = Life.OPEN;
  private MessageConsumer<Object> consumer;
  private long outboundBytes;
  private boolean reading = true;
  private int asked;

  MessageConnection(EventBus eventBus, NamedPipeMessageBridgeOptions options, ContextInternal context,
      NamedPipeSocket socket) {
    this.eventBus = eventBus;
    this.options = options;
    this.context = context;
    this.socket = socket;
    this.ended = context.promise();
  }

  void open() {
    socket.messageHandler(this::received);
    socket.drainHandler(drained -> demand());
    socket.exceptionHandler(cause -> LOG.debug("A client of " + socket.path() + " has failed", cause));
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

  private void received(Buffer message) {
    if (life != Life.OPEN) {
      return;
    }
    boolean request = options.getInboundDelivery() == MessageDelivery.REQUEST;
    try {
      if (options.getInboundAddress() == null) {
        throw new IllegalArgumentException("No inboundAddress, but a message");
      }
      Object body = MessageBodies.decode(options.getFormat(), message);
      if (request) {
        request(body);
      } else if (options.getInboundDelivery() == MessageDelivery.SEND) {
        eventBus.send(options.getInboundAddress(), body);
      } else {
        eventBus.publish(options.getInboundAddress(), body);
      }
    } catch (IllegalArgumentException e) {
      if (request && options.getInboundAddress() != null) {
        await(Future.failedFuture(e));
      } else {
        disconnect(e);
      }
    }
    demand();
  }

  private void disconnect(Throwable cause) {
    LOG.warn("A client of " + socket.path() + " is disconnected: " + cause.getMessage());
    life = Life.CLOSING;
    socket.close();
  }

  private void request(Object body) {
    DeliveryOptions delivery = new DeliveryOptions().setSendTimeout(options.getRequestTimeout().toMillis());
    await(eventBus.request(options.getInboundAddress(), body, delivery));
  }

  private void await(Future<Message<Object>> asked) {
    Answer answer = new Answer();
    answers.add(answer);
    onContext(asked, done -> {
      answer.outcome = done;
      if (life != Life.OPEN) {
        answers.remove(answer);
        refuse(answer);
        return;
      }
      flushAnswers();
      demand();
    });
  }

  private void flushAnswers() {
    while (life == Life.OPEN && !answers.isEmpty() && answers.peek().outcome != null) {
      AsyncResult<Message<Object>> outcome = answers.poll().outcome;
      if (outcome.failed()) {
        fail(outcome.cause());
      } else {
        answer(outcome.result());
      }
    }
  }

  private void answer(Message<Object> message) {
    try {
      if (!write(MessageBodies.encode(message.body()))) {
        socket.abort();
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
    } else if (!write(policy == FailedRequestPolicy.EMPTY ? Buffer.buffer() : MessageBodies.describe(cause))) {
      socket.abort();
    }
  }

  /** False when there is no room. */
  private boolean write(Buffer message) {
    if (!isRoomFor(message)) {
      return false;
    }
    track(message, socket.writeMessage(message));
    return true;
  }

  private boolean isRoomFor(Buffer message) {
    return outboundBytes == 0 || outboundBytes + message.length() <= options.getMaxOutboundBytes();
  }

  private void track(Buffer message, Future<?> written) {
    // An empty message takes memory too.
    int bytes = Math.max(1, message.length());
    outboundBytes += bytes;
    written.onComplete(done -> outboundBytes -= bytes);
  }

  /** A message of the bus, for the client. */
  private void deliver(Message<Object> message) {
    if (life != Life.OPEN) {
      refuse(message, "The client has gone");
      return;
    }
    Buffer bytes;
    try {
      bytes = MessageBodies.encode(message.body());
    } catch (IllegalArgumentException e) {
      LOG.warn("A message for a client of " + socket.path() + " is dropped: " + e.getMessage());
      refuse(message, e.getMessage());
      return;
    }
    if (message.replyAddress() != null && !options.isOutboundRequests()) {
      refuse(message, "The clients of this pipe are not asked; see outboundRequests");
    } else if (message.replyAddress() != null && asked >= options.getMaxPendingRequests()) {
      refuse(message, "Too many requests wait for the client to answer");
    } else if (!isRoomFor(bytes)) {
      refuse(message, "The client reads too slowly");
      if (options.getSlowReaderPolicy() == SlowReaderPolicy.CLOSE) {
        socket.abort();
      }
    } else if (message.replyAddress() == null) {
      track(bytes, socket.writeMessage(bytes));
    } else {
      ask(message, bytes);
    }
  }

  private void ask(Message<Object> message, Buffer bytes) {
    asked++;
    Future<Buffer> answer = socket.request(bytes, options.getRequestTimeout());
    answer.onComplete(done -> asked--);
    // Held until it is answered, which a client that does not read does not do.
    track(bytes, answer);
    answer.map(reply -> MessageBodies.decode(options.getFormat(), reply)).onComplete(message::reply,
        cause -> message.fail(FAILURE_CODE, reason(cause)));
  }

  private static String reason(Throwable cause) {
    // Has no message of its own.
    return cause instanceof ClosedChannelException ? "The client has gone without an answer" : cause.getMessage();
  }

  /** An answer that comes too late may be a question itself. */
  private static void refuse(Answer late) {
    if (late.outcome != null && late.outcome.succeeded()) {
      refuse(late.outcome.result(), "The client has gone");
    }
  }

  private static void refuse(Message<Object> message, String reason) {
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
    life = Life.CLOSED;
    answers.forEach(MessageConnection::refuse);
    answers.clear();
    if (consumer == null) {
      ended.complete();
    } else {
      consumer.unregister().onComplete(done -> ended.complete());
    }
  }

  /** What becomes of a request, in its place among the others. */
  private static final class Answer {

    private AsyncResult<Message<Object>> outcome;
  }
}
