// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.NamedPipeSocket;
import dev.npipe.eventbus.BridgeEvent;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.BridgeEventType;

/**
 * Tells the user's handler of what happens on one connection.
 */
final class EventHook {

  private static final Logger LOG = LoggerFactory.getLogger(EventHook.class);
  private static final Handler<Boolean> WHATEVER = answer -> {
  };

  private final ContextInternal context;
  private final NamedPipeSocket socket;
  private final Handler<BridgeEvent> handler;

  EventHook(ContextInternal context, NamedPipeSocket socket, Handler<BridgeEvent> handler) {
    this.context = context;
    this.socket = socket;
    this.handler = handler;
  }

  boolean isPresent() {
    return handler != null;
  }

  /** Asks, and goes on when there is an answer: at once if the handler gives it at once, and if there is no handler. */
  void ask(BridgeEventType type, JsonObject frame, Handler<Boolean> then) {
    if (handler == null) {
      then.handle(true);
      return;
    }
    BridgeEventImpl event = new BridgeEventImpl(context.promise(), type, frame, socket);
    try {
      handler.handle(event);
    } catch (RuntimeException | Error e) {
      // Whatever it is: a connection that waits for an answer would wait for ever.
      event.tryFail(e);
    }
    event.future().onComplete(done -> {
      if (done.failed()) {
        LOG.error("The handler of bridge events failed on " + type, done.cause());
      }
      then.handle(done.succeeded() && Boolean.TRUE.equals(done.result()));
    });
  }

  /** Tells; nothing depends on the answer. */
  void tell(BridgeEventType type, JsonObject frame) {
    ask(type, frame, WHATEVER);
  }
}
