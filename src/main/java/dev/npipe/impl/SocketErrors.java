// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.channel.MessageTooLongException;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;

/**
 * What a socket has to report: what has ended the connection, once, and each message that was discarded.
 */
final class SocketErrors {

  private static final Logger LOG = LoggerFactory.getLogger(NamedPipeSocketImpl.class);

  private final ContextInternal context;

  // Event loop only.
  private final ConnectionMetrics metrics;
  private boolean ended;

  // Set by any thread, called on the context.
  private volatile Handler<Throwable> handler;

  SocketErrors(ContextInternal context, ConnectionMetrics metrics) {
    this.context = context;
    this.metrics = metrics;
  }

  void handler(Handler<Throwable> newHandler) {
    handler = newHandler;
  }

  /** The connection ends with this. */
  void ended(Throwable cause) {
    metrics.failed(cause);
    if (!ended) {
      ended = true;
      report(cause);
    }
  }

  /**
   * A message that was too long has been discarded: that of an awaited answer, or one for the handler, which is told
   * between those before and after it.
   */
  void discarded(MessageTooLongException cause, SocketInput input) {
    metrics.failed(cause);
    if (!input.requests().failed(cause)) {
      input.tell(() -> tell(cause));
    }
  }

  private void report(Throwable cause) {
    context.execute(() -> tell(cause));
  }

  private void tell(Throwable cause) {
    Handler<Throwable> to = handler;
    if (to != null) {
      context.dispatch(cause, to);
    } else {
      LOG.error(cause.getMessage(), LOG.isDebugEnabled() ? cause : null);
    }
  }
}
