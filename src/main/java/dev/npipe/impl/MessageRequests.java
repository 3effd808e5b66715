// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Requests whose answers are awaited: the oldest gets the next message. One whose time is up keeps its place, so that
 * its answer, should it come late, is not taken for that of the next one. Event loop only.
 */
final class MessageRequests {

  private final EventLoop eventLoop;
  private final ReadDemand demand;
  private final ArrayDeque<Request> awaited = new ArrayDeque<>();
  private Throwable ended;

  MessageRequests(EventLoop eventLoop, ReadDemand demand) {
    this.eventLoop = eventLoop;
    this.demand = demand;
  }

  /** One request, from the call on. Created by any thread. */
  final class Request {

    private final Promise<Buffer> answer;
    private final Duration timeout;
    private final long began = System.nanoTime();
    private ScheduledFuture<?> timer;

    Request(Promise<Buffer> answer, Duration timeout) {
      this.answer = answer;
      this.timeout = timeout;
    }

    /** Its message is the next that is written. */
    void sent() {
      if (ended != null) {
        answer.tryFail(ended);
        return;
      }
      awaited.add(this);
      demand.await(awaited.size());
      long left = timeout.toNanos() - (System.nanoTime() - began);
      timer = eventLoop.schedule(() -> answer.tryFail(
          new TimeoutException("No answer within " + timeout.toMillis() + " ms")), left, TimeUnit.NANOSECONDS);
    }

    /** Its message was not written: on the event loop when it was to be, on any thread when it was refused. */
    void notSent(Throwable cause) {
      if (timer != null && awaited.remove(this)) {
        demand.await(awaited.size());
        end();
      }
      answer.tryFail(cause);
    }

    private void end() {
      if (timer != null) {
        timer.cancel(false);
      }
    }
  }

  /** A message has come; says whether it was an answer, which is taken then. */
  boolean answered(ByteBuf message) {
    Request oldest = next();
    if (oldest == null) {
      return false;
    }
    // Of no effect when it is too late; the buffer has the bytes, and has released what they came in.
    oldest.answer.tryComplete(BufferInternal.safeBuffer(message));
    return true;
  }

  /** A message has come that cannot be delivered; says whether it was an answer. */
  boolean failed(Throwable cause) {
    Request oldest = next();
    if (oldest != null) {
      oldest.answer.tryFail(cause);
    }
    return oldest != null;
  }

  private Request next() {
    Request oldest = awaited.poll();
    if (oldest != null) {
      oldest.end();
      demand.await(awaited.size());
    }
    return oldest;
  }

  /** There will be no more messages. */
  void failAll(Throwable cause) {
    ended = cause;
    while (failed(cause)) {
      continue;
    }
  }
}
