// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import java.util.HashSet;
import java.util.Set;

/**
 * The requests of one client that wait for their answers. Context only.
 */
final class PendingRequests {

  private final BridgeConnection connection;
  private final int limit;
  private final AbandonedRequests abandoned;
  private final boolean newcomer;
  private final Set<Request> pending = new HashSet<>();

  PendingRequests(BridgeConnection connection, int limit, AbandonedRequests abandoned) {
    this.connection = connection;
    this.limit = limit;
    this.abandoned = abandoned;
    this.newcomer = abandoned.areTooMany();
  }

  /** Before a request is sent: what the bus refuses with an exception does not count. */
  void requireRoom() {
    // Those who were here before do not suffer for those who come, ask, and go.
    if (pending.size() >= limit || newcomer && abandoned.areTooMany()) {
      throw new BadFrameException("max_requests_reached");
    }
  }

  /** A request has been sent; its answer goes to the client. */
  void await(String address, String replyAddress, Future<Message<Object>> answer) {
    Request request = new Request(connection, abandoned, address, replyAddress);
    pending.add(request);
    connection.onContext(answer, request::answered);
  }

  /** The client has gone. */
  void abandon() {
    pending.forEach(Request::abandon);
    pending.clear();
  }

  /** One request. Nothing of a connection that has ended is held by it, however long its answer takes. */
  private static final class Request {

    private final AbandonedRequests abandoned;
    private final String address;
    private final String replyAddress;
    private BridgeConnection connection;

    private Request(BridgeConnection connection, AbandonedRequests abandoned, String address, String replyAddress) {
      this.connection = connection;
      this.abandoned = abandoned;
      this.address = address;
      this.replyAddress = replyAddress;
    }

    private void abandon() {
      connection = null;
      abandoned.add();
    }

    private void answered(AsyncResult<Message<Object>> done) {
      if (connection == null) {
        abandoned.remove();
      } else {
        connection.requests().pending.remove(this);
      }
      if (connection != null && connection.isOpen()) {
        tell(done);
      } else if (done.succeeded()) {
        PendingReplies.fail(done.result(), "The client has gone");
      }
    }

    private void tell(AsyncResult<Message<Object>> done) {
      if (done.failed()) {
        fail(done.cause());
        return;
      }
      Message<Object> message = done.result();
      if (!connection.replies().add(message)) {
        // Whoever answers is told that its own question is too much; the client is not left without an answer either.
        fail(new BadFrameException("max_replies_reached"));
        return;
      }
      connection.outbound().deliver(Frames.message(replyAddress, message, true), false, reason -> {
        connection.replies().refuse(message, reason);
        fail(new BadFrameException(reason));
      });
    }

    private void fail(Throwable cause) {
      connection.outbound().send(Frames.failure(address, replyAddress, cause));
    }
  }
}
