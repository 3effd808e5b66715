// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.NamedPipeServer;
import dev.npipe.NamedPipeServerOptions;
import dev.npipe.NamedPipeSocket;
import dev.npipe.eventbus.AuthorityProvider;
import dev.npipe.eventbus.BridgeEvent;
import dev.npipe.eventbus.NamedPipeBridgeOptions;
import dev.npipe.eventbus.NamedPipeEventBusBridge;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.ext.bridge.BridgeOptions;

/**
 * A bridge as its user sees it. What listens is a {@link ListeningBridge}, one for each time.
 */
public final class NamedPipeEventBusBridgeImpl implements NamedPipeEventBusBridge {

  private final VertxInternal vertx;
  private final NamedPipeServer server;

  // Guarded by this.
  private BridgeSettings settings;
  private ListeningBridge listening;

  /**
   * Creates a bridge.
   *
   * @param vertx the Vert.x instance
   * @param options the options, which are copied
   * @param serverOptions the options of the pipe, which are copied
   */
  public NamedPipeEventBusBridgeImpl(Vertx vertx, BridgeOptions options, NamedPipeServerOptions serverOptions) {
    this.vertx = (VertxInternal) vertx;
    this.settings = new BridgeSettings(vertx.eventBus(), new NamedPipeBridgeOptions(options), null, null);
    this.server = NamedPipeServer.create(vertx, serverOptions).connectHandler(this::connected);
  }

  @Override
  public synchronized NamedPipeEventBusBridge bridgeEventHandler(Handler<BridgeEvent> handler) {
    requireNotListening();
    settings = settings.with(handler, settings.authorityProvider());
    return this;
  }

  @Override
  public synchronized NamedPipeEventBusBridge authorityProvider(AuthorityProvider provider) {
    requireNotListening();
    settings = settings.with(settings.eventHandler(), provider);
    return this;
  }

  private void requireNotListening() {
    if (listening != null) {
      throw new IllegalStateException("The bridge is listening");
    }
  }

  @Override
  public Future<NamedPipeEventBusBridge> listen(String name) {
    // The server listens on the same one.
    ContextInternal context = vertx.getOrCreateContext();
    ListeningBridge bridge;
    Future<NamedPipeServer> listen;
    synchronized (this) {
      requireNotListening();
      settings.requireAuthorityProvider();
      bridge = new ListeningBridge(settings, context);
      listening = bridge;
      try {
        listen = server.listen(name);
      } catch (RuntimeException e) {
        listening = null;
        throw e;
      }
    }
    return listen.onFailure(cause -> ended(bridge)).map(this);
  }

  private void connected(NamedPipeSocket socket) {
    ListeningBridge bridge;
    synchronized (this) {
      bridge = listening;
    }
    if (bridge == null) {
      socket.close();
    } else {
      bridge.serve(socket);
    }
  }

  @Override
  public String path() {
    return server.path();
  }

  @Override
  public Future<Void> close() {
    ListeningBridge bridge;
    synchronized (this) {
      bridge = listening;
    }
    return server.close().compose(closed -> bridge == null ? Future.succeededFuture() : bridge.ended())
        .onComplete(closed -> ended(bridge));
  }

  private synchronized void ended(ListeningBridge bridge) {
    if (listening == bridge) {
      listening = null;
    }
  }
}
