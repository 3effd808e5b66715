// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The requests that one client was sent and has not answered. Whoever sent one is not left without an answer: it fails
 * when the client takes too long, or goes.
 */
final class PendingReplies {

  private static final int FAILURE_CODE = -1;

  private final int limit;
  private final long timeoutNanos;

  // Context only. By reply address; all have the same time, so the first is the first to expire.
  private final Map<String, Pending> pending = new LinkedHashMap<>();

  PendingReplies(int limit, long timeoutNanos) {
    this.limit = limit;
    this.timeoutNanos = timeoutNanos;
  }

  /** Takes note of a message to be delivered, if it is a request. False when there is no room: it fails. */
  boolean add(Message<?> message) {
    if (message.replyAddress() == null) {
      return true;
    }
    pending.remove(message.replyAddress());
    if (pending.size() >= limit) {
      refuse(message, "Too many requests wait for the client to answer");
      return false;
    }
    pending.put(message.replyAddress(), new Pending(message, System.nanoTime() + timeoutNanos));
    return true;
  }

  boolean isAwaited(String address) {
    return pending.containsKey(address);
  }

  Message<?> remove(String address) {
    return pending.remove(address).message;
  }

  /** A message is not, or no longer, for the client to answer. */
  void refuse(Message<?> message, String reason) {
    if (message.replyAddress() != null) {
      pending.remove(message.replyAddress());
    }
    fail(message, reason);
  }

  /** Fails a message if it is a request. */
  static void fail(Message<?> message, String reason) {
    if (message.replyAddress() != null) {
      message.fail(FAILURE_CODE, reason);
    }
  }

  void expire(long now) {
    Iterator<Pending> oldest = pending.values().iterator();
    List<Message<?>> expired = new ArrayList<>();
    while (oldest.hasNext()) {
      Pending next = oldest.next();
      if (next.deadline - now > 0) {
        break;
      }
      oldest.remove();
      expired.add(next.message);
    }
    expired.forEach(message -> message.fail(FAILURE_CODE, "The client has not answered in time"));
  }

  void clear() {
    List<Pending> left = new ArrayList<>(pending.values());
    pending.clear();
    left.forEach(one -> one.message.fail(FAILURE_CODE, "The client has gone without an answer"));
  }

  private static final class Pending {

    private final Message<?> message;
    private final long deadline;

    private Pending(Message<?> message, long deadline) {
      this.message = message;
      this.deadline = deadline;
    }
  }
}
