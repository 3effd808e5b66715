// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.eventbus.BridgeEvent;
import dev.npipe.eventbus.NamedPipeBridgeOptions;
import dev.npipe.eventbus.NamedPipeEventBusBridge;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.ext.bridge.PermittedOptions;
import java.lang.ref.WeakReference;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How a bridge ends, and what is left of it: nothing. */
class BridgeLifeIT extends PipeRig {

  private static final String BIG = "x".repeat(100_000);

  private final NamedPipeClient client = NamedPipeClient.create(vertx);
  private final NamedPipeBridgeOptions options = new NamedPipeBridgeOptions()
      .addInboundPermitted(new PermittedOptions())
      .addOutboundPermitted(new PermittedOptions());

  private NamedPipeSocket connect() throws Exception {
    return connectPaused(client, name);
  }

  private FramePlayer player() throws Exception {
    NamedPipeSocket socket = connect();
    FramePlayer player = new FramePlayer(vertx.eventBus(), socket);
    socket.resume();
    return player;
  }

  private boolean hasHandlers(String address) {
    try {
      Throwable failure = failure(vertx.eventBus().request(address, "?", new DeliveryOptions().setSendTimeout(500)));
      return failure == null || !failure.getMessage().startsWith("No handlers");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private String deploy(NamedPipeEventBusBridge bridge) throws Exception {
    return await(vertx.deployVerticle(new VerticleBase() {
      @Override
      public Future<?> start() {
        return bridge.listen(name);
      }
    }));
  }

  private WeakReference<Handler<BridgeEvent>> handlerOfABridgeThatItsVerticleHasClosed() throws Exception {
    String[] captured = {"so that it is an object of its own"};
    Handler<BridgeEvent> handler = event -> event.complete(captured.length == 1);
    String id = deploy(NamedPipeEventBusBridge.create(vertx, options).bridgeEventHandler(handler));
    FramePlayer player = player().settle();
    await(vertx.undeploy(id));
    player.takeEnd();
    return new WeakReference<>(handler);
  }

  @Test
  void nothingHoldsABridgeThatItsVerticleHasClosed() throws Exception {
    WeakReference<?> handler = handlerOfABridgeThatItsVerticleHasClosed();
    assertTrue(Settling.settled(() -> Settling.heap() > 0 && handler.get() == null, forgotten -> forgotten));
  }

  @Test
  void aBridgeThatItsVerticleHasClosedListensAgainWithTheNext() throws Exception {
    NamedPipeEventBusBridge bridge = NamedPipeEventBusBridge.create(vertx, options);
    for (int round = 0; round < 2; round++) {
      String id = deploy(bridge);
      player().settle();
      await(vertx.undeploy(id));
      assertNull(bridge.path());
    }
  }

  @Test
  void whatAClientDoesNotReadFailsTheCloseWhenNothingOfTheBridgeIsLeft() throws Exception {
    NamedPipeEventBusBridge bridge = NamedPipeEventBusBridge.create(vertx, options,
        new NamedPipeServerOptions().setLingerTimeout(Duration.ofMillis(300)));
    await(bridge.listen(name));
    NamedPipeSocket socket = connect();
    await(socket.write(FramePlayer.frame("{'type':'register','address':'flood'}")));
    assertTrue(Settling.settled(() -> hasHandlers("flood"), there -> there));
    for (int i = 0; i < 50; i++) {
      vertx.eventBus().publish("flood", BIG);
    }
    // Comes behind them, so they are written.
    assertTrue(hasHandlers("flood"));
    assertInstanceOf(UnsentBytesException.class, failure(bridge.close()));
    assertFalse(hasHandlers("flood"));
    await(bridge.listen(name));
  }
}
