// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus;

import dev.npipe.NamedPipeServerOptions;
import dev.npipe.eventbus.impl.NamedPipeMessageBridgeImpl;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * Lets programs that know nothing of the event bus take part in it: each message they write to the pipe goes to one
 * address, and what is sent to another address is written to them, as {@link NamedPipeMessageBridgeOptions} say. The
 * pipe is in message mode.
 *
 * <p>Several bridges of one Vert.x that listen on one name share it, as servers do. A bridge is closed by
 * {@link #close()}, with the verticle that called {@link #listen(String)}, and with the Vert.x.
 */
@VertxGen
public interface NamedPipeMessageBridge {

  /**
   * Calls {@link #create(Vertx, NamedPipeMessageBridgeOptions, NamedPipeServerOptions)} with the default server
   * options.
   *
   * @param vertx the Vert.x instance
   * @param options the addresses, and the limits
   * @return the bridge
   */
  static NamedPipeMessageBridge create(Vertx vertx, NamedPipeMessageBridgeOptions options) {
    return create(vertx, options, new NamedPipeServerOptions());
  }

  /**
   * Creates a bridge.
   *
   * @param vertx the Vert.x instance
   * @param options the addresses, and the limits; copied
   * @param serverOptions the options of the pipe; copied, and set to message mode
   * @return the bridge
   * @throws IllegalArgumentException when the options have no address, or a failed request is to be answered by an
   *     empty message that would be the end of the stream
   */
  static NamedPipeMessageBridge create(Vertx vertx, NamedPipeMessageBridgeOptions options,
      NamedPipeServerOptions serverOptions) {
    return new NamedPipeMessageBridgeImpl(vertx, options, serverOptions);
  }

  /**
   * Starts listening. The future fails as that of {@link dev.npipe.NamedPipeServer#listen(String)} does.
   *
   * @param name the name of the pipe, as a server takes it
   * @return a future completed with this bridge when clients can connect
   * @throws IllegalArgumentException when the name is not that of a pipe on this machine
   * @throws IllegalStateException when the bridge is listening already
   */
  Future<NamedPipeMessageBridge> listen(String name);

  /**
   * The name the bridge listens on.
   *
   * @return the full path, such as {@code \\.\pipe\name}; null when not listening
   */
  @Nullable String path();

  /**
   * Closes the bridge and its connections, with all that is registered for them.
   *
   * @return a future completed when nothing of it is left; it then fails with a {@link dev.npipe.UnsentBytesException}
   *     when clients have not read everything within the linger timeout
   */
  Future<Void> close();
}
