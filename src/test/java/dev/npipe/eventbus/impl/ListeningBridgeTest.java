// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.eventbus.BridgeEvent;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.ext.bridge.BridgeEventType;
import java.lang.ref.WeakReference;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ListeningBridgeTest extends BridgeRig {

  /** A client comes and goes. What is left of the bridge is what its Vert.x holds. */
  private WeakReference<Handler<BridgeEvent>> handlerOfABridgeThatNobodyCloses() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    Handler<BridgeEvent> handler = event -> {
      event.complete(true);
      if (event.type() == BridgeEventType.SOCKET_CLOSED) {
        closed.countDown();
      }
    };
    ContextInternal context = ((VertxInternal) vertx).createEventLoopContext();
    ListeningBridge bridge = new ListeningBridge(new BridgeSettings(bus, options, handler, null), context);
    SocketStandIn pipe = new SocketStandIn(context, bytes -> {
    });
    context.runOnContext(now -> bridge.serve(pipe.socket));
    pipe.close("gone");
    assertTrue(closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
    return new WeakReference<>(handler);
  }

  @Test
  void aBridgeWithoutConnectionsLeavesNoTimerBehind() throws Exception {
    WeakReference<?> handler = handlerOfABridgeThatNobodyCloses();
    assertTrue(isForgotten(handler));
  }
}
