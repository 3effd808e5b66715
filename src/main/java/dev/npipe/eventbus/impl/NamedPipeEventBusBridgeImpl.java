// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.NamedPipeServerOptions;
import dev.npipe.eventbus.AuthorityProvider;
import dev.npipe.eventbus.BridgeEvent;
import dev.npipe.eventbus.NamedPipeBridgeOptions;
import dev.npipe.eventbus.NamedPipeEventBusBridge;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.bridge.BridgeOptions;

/**
 * A bridge as its user sees it. What listens is a {@link ListeningBridge}, one for each time.
 */
public final class NamedPipeEventBusBridgeImpl implements NamedPipeEventBusBridge {

  private final BridgeServer server;

  // Guarded by this.
  private BridgeSettings settings;

  /**
   * Creates a bridge.
   *
   * @param vertx the Vert.x instance
   * @param options the options, which are copied
   * @param serverOptions the options of the pipe, which are copied
   */
  public NamedPipeEventBusBridgeImpl(Vertx vertx, BridgeOptions options, NamedPipeServerOptions serverOptions) {
    if (serverOptions.isMessageMode()) {
      throw new IllegalArgumentException(
          "messageMode must not be set: frames are a stream, whose pieces are no messages");
    }
    this.settings = new BridgeSettings(vertx.eventBus(), new NamedPipeBridgeOptions(options), null, null);
    this.server = new BridgeServer(vertx, serverOptions);
  }

  @Override
  public synchronized NamedPipeEventBusBridge bridgeEventHandler(Handler<BridgeEvent> handler) {
    server.requireNotListening();
    settings = settings.with(handler, settings.authorityProvider());
    return this;
  }

  @Override
  public synchronized NamedPipeEventBusBridge authorityProvider(AuthorityProvider provider) {
    server.requireNotListening();
    settings = settings.with(settings.eventHandler(), provider);
    return this;
  }

  @Override
  public synchronized Future<NamedPipeEventBusBridge> listen(String name) {
    server.requireNotListening();
    settings.requireAuthorityProvider();
    BridgeSettings used = settings;
    return server.listen(name, context -> new ListeningBridge(used, context)).map(this);
  }

  @Override
  public String path() {
    return server.path();
  }

  @Override
  public Future<Void> close() {
    return server.close();
  }
}
