// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus;

import dev.npipe.NamedPipeServerOptions;
import dev.npipe.eventbus.impl.NamedPipeEventBusBridgeImpl;
import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.bridge.BridgeOptions;

/**
 * Lets programs on this machine use the event bus over a named pipe, by the protocol of the TCP event-bus bridge.
 *
 * <p>Nothing is permitted unless {@link BridgeOptions#addInboundPermitted inbound} and {@link
 * BridgeOptions#addOutboundPermitted outbound} rules say so. The limits are those of {@link NamedPipeBridgeOptions},
 * which may be given in place of plain {@link BridgeOptions}. Who may connect is a matter of the server options: unless
 * set, the current user only.
 *
 * <p>Several bridges of one Vert.x that listen on one name share it, as servers do. A bridge is closed by
 * {@link #close()}, with the verticle that called {@link #listen(String)}, and with the Vert.x.
 */
@VertxGen
public interface NamedPipeEventBusBridge {

  /**
   * Calls {@link #create(Vertx, BridgeOptions, NamedPipeServerOptions)} with the default server options.
   *
   * @param vertx the Vert.x instance
   * @param options what is permitted
   * @return the bridge
   */
  static NamedPipeEventBusBridge create(Vertx vertx, BridgeOptions options) {
    return create(vertx, options, new NamedPipeServerOptions());
  }

  /**
   * Creates a bridge.
   *
   * @param vertx the Vert.x instance
   * @param options what is permitted and, if they are {@link NamedPipeBridgeOptions}, the limits; copied
   * @param serverOptions the options of the pipe; copied
   * @return the bridge
   * @throws IllegalArgumentException when an address expression can not be compiled, or the pipe is to be in message
   *     mode: frames are a stream
   */
  static NamedPipeEventBusBridge create(Vertx vertx, BridgeOptions options, NamedPipeServerOptions serverOptions) {
    return new NamedPipeEventBusBridgeImpl(vertx, options, serverOptions);
  }

  /**
   * Sets the handler of the events of the bridge. It must complete each event, or the connection waits for ever. It
   * runs on the context that called {@link #listen(String)}.
   *
   * <p>A failed event, or a handler that throws, refuses as false does. What completes {@code SOCKET_CLOSED}, {@code
   * SOCKET_IDLE}, {@code SOCKET_ERROR}, {@code REGISTERED}, and the {@code UNREGISTER} that comes with a close, does
   * not matter.
   *
   * @param handler the handler to set
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalStateException when the bridge is listening
   */
  @Fluent
  NamedPipeEventBusBridge bridgeEventHandler(@Nullable Handler<BridgeEvent> handler);

  /**
   * Sets who says which client has which authority. Rules with a {@code requiredAuthority} need it.
   *
   * @param provider the provider to set
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalStateException when the bridge is listening
   */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  NamedPipeEventBusBridge authorityProvider(@Nullable AuthorityProvider provider);

  /**
   * Starts listening. The future fails as that of {@link dev.npipe.NamedPipeServer#listen(String)} does.
   *
   * @param name the name of the pipe: {@code \\.\pipe\name}, {@code //./pipe/name}, {@code npipe:////./pipe/name} or
   *     just {@code name}
   * @return a future completed with this bridge when clients can connect
   * @throws IllegalArgumentException when the name is not that of a pipe on this machine
   * @throws IllegalStateException when the bridge is listening already, or a rule requires an authority and there is no
   *     {@link #authorityProvider(AuthorityProvider) provider} of them
   */
  Future<NamedPipeEventBusBridge> listen(String name);

  /**
   * The name the bridge listens on.
   *
   * @return the full path, such as {@code \\.\pipe\name}; null when not listening
   */
  @Nullable String path();

  /**
   * Closes the bridge and its connections, with all that they have registered.
   *
   * @return a future completed when nothing of it is left; it then fails with a {@link dev.npipe.UnsentBytesException}
   *     when clients have not read everything within the linger timeout
   */
  Future<Void> close();
}
