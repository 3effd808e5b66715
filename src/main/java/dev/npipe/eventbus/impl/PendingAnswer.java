// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import io.vertx.core.AsyncResult;
import io.vertx.core.eventbus.Message;

/**
 * What becomes of a message that is a request, in its place among the others. Nothing of a connection that has ended is
 * held by it, however long the answer takes. Context only.
 */
final class PendingAnswer {

  private final AbandonedRequests abandoned;
  private MessageConnection connection;
  private AsyncResult<Message<Object>> outcome;

  PendingAnswer(MessageConnection connection, AbandonedRequests abandoned) {
    this.connection = connection;
    this.abandoned = abandoned;
  }

  /** Null while it is awaited. */
  AsyncResult<Message<Object>> outcome() {
    return outcome;
  }

  void settle(AsyncResult<Message<Object>> done) {
    outcome = done;
    if (connection == null) {
      abandoned.remove();
      refuse();
    } else {
      connection.settled(this);
    }
  }

  /** The client has gone. */
  void abandon() {
    connection = null;
    if (outcome == null) {
      abandoned.add();
    } else {
      refuse();
    }
  }

  /** An answer that comes too late may be a question itself. */
  void refuse() {
    if (outcome != null && outcome.succeeded()) {
      MessageConnection.refuse(outcome.result(), "The client has gone");
    }
  }
}
