// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import dev.npipe.impl.NamedPipeClientImpl;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.metrics.Measured;
import java.time.Duration;

/**
 * A client of Windows named pipes.
 *
 * <p>Create one and keep it: it makes any number of connections. A client is closed, with all its sockets, by
 * {@link #close()}, when the verticle that created it is undeployed, and with the {@link Vertx}. It is not closed by
 * the garbage collector, nor when its last socket is: one that is created for each call, and not closed, stays until
 * then.
 */
@VertxGen
public interface NamedPipeClient extends Measured {

  /**
   * Creates a client with the default options.
   *
   * @param vertx the Vert.x instance
   * @return the client
   */
  static NamedPipeClient create(Vertx vertx) {
    return create(vertx, new NamedPipeClientOptions());
  }

  /**
   * Creates a client.
   *
   * @param vertx the Vert.x instance
   * @param options the options, which are copied
   * @return the client
   */
  static NamedPipeClient create(Vertx vertx, NamedPipeClientOptions options) {
    return new NamedPipeClientImpl(vertx, options);
  }

  /**
   * Connects to a pipe. The handlers of the socket run on the context that called this method.
   *
   * <p>As with NetClient, what comes while a socket has no handler and is not paused is dropped. On a context nothing
   * comes before whoever waits for the future has been told; a thread that is none of Vert.x's may be too late, and
   * calls this by {@link Vertx#runOnContext} when the peer speaks first.
   *
   * <p>The future fails with a {@link java.net.ConnectException} as the cause, or as the failure itself, when nobody
   * listens on the name and when the pipe stays busy until the connect timeout; with an
   * {@link UnsupportedOperationException} where there are no named pipes; with an {@link IllegalStateException} when
   * the client is closed.
   *
   * @param name the name of the pipe: {@code \\.\pipe\name}, {@code //./pipe/name}, {@code npipe:////./pipe/name} or
   *     just {@code name}; on another machine {@code \\machine\pipe\name}
   * @return a future completed with the socket
   * @throws IllegalArgumentException when the name is not that of a pipe
   */
  Future<NamedPipeSocket> connect(String name);

  /**
   * Calls {@link #shutdown(Duration)} with 30 seconds.
   *
   * @return a future completed as that of {@link #shutdown(Duration)}
   */
  default Future<Void> shutdown() {
    return shutdown(Duration.ofSeconds(30));
  }

  /**
   * Fails the connects in progress, tells the sockets by their
   * {@link NamedPipeSocket#shutdownHandler(io.vertx.core.Handler) shutdown handler}, and gives them time to close.
   * Sockets without such a handler are closed at once: they refuse further writes,
   * and what was written before has as long to leave. Those still open when the time is up are closed with
   * the reason {@link dev.npipe.channel.CloseReason#TIMEOUT TIMEOUT}.
   *
   * @param timeout how long the sockets have; zero closes them now
   * @return a future completed when the client and all its sockets are closed; it fails with an
   *     {@link UnsentBytesException} when the time was up for some of them before everything they had written was taken
   * @throws IllegalArgumentException when the timeout is negative
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<Void> shutdown(Duration timeout);

  /**
   * Closes the client and its sockets. What they have written is given the linger timeout to leave.
   *
   * @return a future completed as that of {@link #shutdown(Duration)}: it fails, though everything is closed, when a
   *     peer has not made room within the linger timeout
   */
  default Future<Void> close() {
    return shutdown(Duration.ZERO);
  }
}
