// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import dev.npipe.NamedPipeClientOptions;
import dev.npipe.NamedPipeServerOptions;
import dev.npipe.NamedPipes;
import dev.npipe.channel.NamedPipeAddress;
import io.vertx.core.Vertx;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.transport.Transport;

/**
 * A transport with which everything in Vert.x that takes a {@link SocketAddress} takes the path of a pipe: net, HTTP
 * and gRPC servers and clients, with or without TLS.
 *
 * <pre>{@code
 * Vertx vertx = Vertx.builder().withTransport(NamedPipeTransport.create()).build();
 * vertx.createHttpServer().requestHandler(handler).listen(NamedPipeTransport.address("greetings"));
 * }</pre>
 *
 * <p>A path is that of a pipe when it begins with two backslashes, has the form {@code //server/pipe/name}, or begins
 * with {@code npipe:}. Where Vert.x takes a host and a port only, the host {@code name.npipe} is the pipe of that name,
 * for clients, once {@link #webSocketOptions} has named it. Every other path is that of a Unix domain socket, and goes,
 * as TCP and UDP do, to the transport of the JDK. Where there are no named pipes, so does everything but pipes, and a
 * pipe fails with the reason.
 *
 * <p>A net or HTTP server has no options of its own for who may connect to a pipe; they are set here, for a name or for
 * all names, and count for the servers that listen afterwards. Use one transport for one Vert.x. Its methods may be
 * called by any thread.
 */
public final class NamedPipeTransport implements Transport {

  static final String HOW_TO_BUILD =
      "build it with Vertx.builder().withTransport(NamedPipeTransport.create())";

  private final EndpointOptions options = new EndpointOptions();
  private final PipeTransport implementation = new PipeTransport(this, Transport.NIO.implementation(), options);

  private volatile boolean inLoop = true;

  private NamedPipeTransport() {
  }

  /**
   * Creates a transport, to be given to {@code Vertx.builder().withTransport(...)}.
   *
   * @return the transport
   */
  public static NamedPipeTransport create() {
    return new NamedPipeTransport();
  }

  /**
   * The transport of a Vert.x. Libraries that are handed a Vert.x call it to be sure that pipes work there, or to fail
   * before anything is connected.
   *
   * @param vertx a Vert.x that was built with this transport
   * @return its transport
   * @throws IllegalStateException when it was built without, saying how to build it
   */
  public static NamedPipeTransport of(Vertx vertx) {
    if (((VertxInternal) vertx).transport() instanceof PipeTransport) {
      return ((PipeTransport) ((VertxInternal) vertx).transport()).owner();
    }
    throw new IllegalStateException("This Vert.x has no transport for pipes: " + HOW_TO_BUILD);
  }

  /**
   * The address of a pipe, in the one spelling that all names of this pipe share but for their case.
   *
   * @param name {@code name}, {@code \\.\pipe\name}, {@code //./pipe/name} or {@code npipe:////./pipe/name}; for a
   *     client also {@code \\server\pipe\name}
   * @return the address, to listen on or to connect to
   * @throws IllegalArgumentException when it is not the name of a pipe, saying why
   */
  public static SocketAddress address(String name) {
    return SocketAddress.domainSocketAddress(NamedPipeAddress.of(name).path());
  }

  /**
   * The options of an HTTP request to a server on a pipe.
   *
   * <p>The forms are {@code http+npipe://./pipe/name/path?query}, {@code http+npipe:////./pipe/name/path?query} and,
   * for any name, with the name percent-encoded where a host would stand, {@code http+npipe://name/path?query}. With
   * {@code https+npipe} there is TLS inside the pipe. The server finds {@code localhost} in the {@code Host} header,
   * unless {@link RequestOptions#setHost(String)} says otherwise.
   *
   * @param uri the pipe and what to ask for there
   * @return options with the server, the host, the port of the scheme, and the URI
   * @throws IllegalArgumentException when it has none of these forms, saying why
   */
  public static RequestOptions requestOptions(String uri) {
    return PipeUri.parse(uri).request();
  }

  /**
   * The options of a WebSocket to a server on a pipe. Vert.x's WebSocket client takes a host and a port and no other
   * address; so the pipe is the host, as {@code name.npipe}, and the {@code Host} header says {@code localhost}. With
   * {@code https+npipe}, the server's certificate has to be for that host, or the client not to verify it.
   *
   * @param uri as for {@link #requestOptions(String)}
   * @return options with the host, the port of the scheme, the URI, and the {@code Host} header
   * @throws IllegalArgumentException as there
   */
  public static WebSocketConnectOptions webSocketOptions(String uri) {
    return PipeUri.parse(uri).webSocket();
  }

  /**
   * Sets the options of servers that listen on names with no options of their own.
   *
   * <p>A peer verifier is called on the context on which {@code listen} was called, and if it was called on none, on
   * the event loop that accepts for all servers of the Vert.x; there, blocking keeps all of them from accepting. See
   * {@link #refusedPeers}.
   *
   * @param serverOptions security, peer verifier, instances, buffers and linger timeout; they are copied
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when they set what the server's own Vert.x options have to say: timeouts for idle
   *     connections, the write queue, the name for metrics; and when they are about messages, which Vert.x's own
   *     servers know nothing of
   */
  public NamedPipeTransport setServerOptions(NamedPipeServerOptions serverOptions) {
    options.setServer(serverOptions);
    return this;
  }

  /**
   * Sets the options of servers that listen on a name.
   *
   * @param name the name, in any form; case does not count
   * @param serverOptions as for {@link #setServerOptions(NamedPipeServerOptions)}
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException as there, and when it is not the name of a pipe
   */
  public NamedPipeTransport setServerOptions(String name, NamedPipeServerOptions serverOptions) {
    options.setServer(NamedPipeAddress.of(name), serverOptions);
    return this;
  }

  /**
   * Sets the options of connections to names with no options of their own.
   *
   * @param clientOptions impersonation level, expected server and linger timeout; they are copied
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when they set what the client's own Vert.x options have to say: other timeouts,
   *     the write queue, the name for metrics, reconnecting; and when they are about messages
   */
  public NamedPipeTransport setClientOptions(NamedPipeClientOptions clientOptions) {
    options.setClient(clientOptions);
    return this;
  }

  /**
   * Sets the options of connections to a name.
   *
   * @param name the name, in any form; case does not count
   * @param clientOptions as for {@link #setClientOptions(NamedPipeClientOptions)}
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException as there, and when it is not the name of a pipe
   */
  public NamedPipeTransport setClientOptions(String name, NamedPipeClientOptions clientOptions) {
    options.setClient(NamedPipeAddress.of(name), clientOptions);
    return this;
  }

  /**
   * How many clients the peer verifiers of Vert.x's own servers have not let in.
   *
   * @param name the name that the servers listen on, in any form; case does not count
   * @return the number since the transport was created, over all servers that have listened on the name
   * @throws IllegalArgumentException when it is not the name of a pipe
   */
  public long refusedPeers(String name) {
    return options.refusedPeers(NamedPipeAddress.of(name));
  }

  /**
   * Sets whether each event loop waits at a completion port of its own, which is the fastest way for pipes. A loop that
   * holds sockets too waits for their selector and has a thread wait at its port, so that pipes lose their advantage
   * there and sockets lose nothing. Without, one thread waits for all pipes of the process. To be set before the Vert.x
   * is built.
   *
   * @param enabled true by default; of no effect where there are no named pipes
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeTransport setInLoop(boolean enabled) {
    inLoop = enabled;
    return this;
  }

  /**
   * Whether event loops wait at completion ports of their own.
   *
   * @return false where there are no named pipes
   */
  public boolean isInLoop() {
    return inLoop && NamedPipes.isAvailable();
  }

  /**
   * The name among Vert.x's transports.
   *
   * @return {@code npipe}
   */
  @Override
  public String name() {
    return "npipe";
  }

  /**
   * Whether Vert.x can use it.
   *
   * @return true everywhere: what is no pipe goes to the JDK, and a pipe fails with the reason where there are none,
   *     which {@link dev.npipe.NamedPipes#isAvailable()} tells beforehand
   */
  @Override
  public boolean available() {
    return true;
  }

  @Override
  public Throwable unavailabilityCause() {
    return null;
  }

  @Override
  public io.vertx.core.spi.transport.Transport implementation() {
    return implementation;
  }
}
