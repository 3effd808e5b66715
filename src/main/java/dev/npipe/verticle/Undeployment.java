// SPDX-License-Identifier: Apache-2.0
package dev.npipe.verticle;

import dev.npipe.UnsentBytesException;
import io.vertx.core.Future;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;

/**
 * The end of a verticle, which clients can delay and not prevent.
 */
final class Undeployment {

  private static final Logger LOG = LoggerFactory.getLogger(Undeployment.class);

  private Undeployment() {
  }

  /** As a bridge closes; that clients have not read everything is told to the log, and fails nothing. */
  static Future<Void> of(Future<Void> close) {
    return close.recover(cause -> {
      if (cause instanceof UnsentBytesException) {
        LOG.warn(cause.getMessage());
        return Future.succeededFuture();
      }
      return Future.failedFuture(cause);
    });
  }
}
