// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import dev.npipe.channel.AcceptCounts;
import dev.npipe.channel.PeerIdentity;
import dev.npipe.impl.NamedPipeServerImpl;
import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.metrics.Measured;
import java.time.Duration;
import java.util.function.Function;

/**
 * A server that listens on a Windows named pipe.
 *
 * <p>Several servers of one {@link Vertx} that listen on the same name, say the instances of a verticle, share it:
 * clients are spread over them in turn, each client served on the context its server listens on. The options of the
 * first one count for the pipe itself, those for a connection are each server's own. Names are case-insensitive.
 *
 * <p>A server is closed by {@link #close()}, when the verticle that called {@link #listen(String)} is undeployed, and
 * with the {@link Vertx}. It is not closed by the garbage collector: no reference need be kept.
 */
@VertxGen
public interface NamedPipeServer extends Measured {

  /**
   * Creates a server with the default options.
   *
   * @param vertx the Vert.x instance
   * @return the server
   */
  static NamedPipeServer create(Vertx vertx) {
    return create(vertx, new NamedPipeServerOptions());
  }

  /**
   * Creates a server.
   *
   * @param vertx the Vert.x instance
   * @param options the options, which are copied
   * @return the server
   */
  static NamedPipeServer create(Vertx vertx, NamedPipeServerOptions options) {
    return new NamedPipeServerImpl(vertx, options);
  }

  /**
   * Sets the handler that is given a socket for each client. It runs on the context that called {@link
   * #listen(String)}.
   *
   * @param handler the handler to set
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalStateException when the server is listening
   */
  @Fluent
  NamedPipeServer connectHandler(@Nullable Handler<NamedPipeSocket> handler);

  /**
   * Sets the handler of errors that happen before there is a socket, such as a failed accept. The server goes on
   * listening. Without a handler they are logged.
   *
   * @param handler the handler to set
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalStateException when the server is listening
   */
  @Fluent
  NamedPipeServer exceptionHandler(@Nullable Handler<Throwable> handler);

  /**
   * Sets who decides whether a client is let in, before the connect handler is called, in place of the one of the
   * {@link NamedPipeServerOptions#setPeerVerifier options}, where what it does is said.
   *
   * @param verifier completes with true to let the client in; null to let all in
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalStateException when the server is listening
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  NamedPipeServer peerVerifier(@Nullable Function<PeerIdentity, Future<Boolean>> verifier);

  /**
   * How many clients were not let in by the peer verifier.
   *
   * @return the number since the server was created
   */
  long refusedPeers();

  /**
   * Starts listening. The connect handler is set before.
   *
   * <p>The future fails with a {@link dev.npipe.channel.NamedPipeException} whose cause is a
   * {@link java.net.BindException} when another process listens on the name, and with an
   * {@link UnsupportedOperationException} where there are no named pipes. After a failure the server can listen again.
   *
   * @param name the name of the pipe: {@code \\.\pipe\name}, {@code //./pipe/name}, {@code npipe:////./pipe/name} or
   *     just {@code name}
   * @return a future completed with this server when clients can connect
   * @throws IllegalArgumentException when the name is not that of a pipe on this machine
   * @throws IllegalStateException when the server is listening already, or has no connect handler
   */
  Future<NamedPipeServer> listen(String name);

  /**
   * The name the server listens on.
   *
   * @return the full path, such as {@code \\.\pipe\name}; null when not listening
   */
  @Nullable String path();

  /**
   * What the pipe this server listens on has seen so far: clients, those that left before they were accepted, errors,
   * and how often a client found all instances taken. Servers that share a name share it. Errors are told to the
   * {@link #exceptionHandler(Handler) exception handler} besides.
   *
   * @return the counts; null when not listening
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  @Nullable AcceptCounts acceptCounts();

  /**
   * Calls {@link #shutdown(Duration)} with 30 seconds.
   *
   * @return a future completed as that of {@link #shutdown(Duration)}
   */
  default Future<Void> shutdown() {
    return shutdown(Duration.ofSeconds(30));
  }

  /**
   * Stops accepting, tells the sockets by their {@link NamedPipeSocket#shutdownHandler(Handler) shutdown handler}, and
   * gives them time to close. Sockets without such a handler are closed at once: they refuse further
   * writes, and what was written before has as long to leave. Those still open when the time is up are closed with the
   * reason {@link dev.npipe.channel.CloseReason#TIMEOUT TIMEOUT}.
   *
   * @param timeout how long the sockets have; zero closes them now
   * @return a future completed when the server and all its sockets are closed; it fails with an
   *     {@link UnsentBytesException} when the time was up for some of them before everything they had written was taken
   * @throws IllegalArgumentException when the timeout is negative
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<Void> shutdown(Duration timeout);

  /**
   * Closes the server and its sockets. What they have written is given the linger timeout to leave.
   *
   * @return a future completed as that of {@link #shutdown(Duration)}: it fails, though everything is closed, when a
   *     peer has not made room within the linger timeout
   */
  default Future<Void> close() {
    return shutdown(Duration.ZERO);
  }
}
