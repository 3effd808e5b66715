// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import dev.npipe.transport.NamedPipeTransport;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.SocketAddress;
import java.util.Locale;
import java.util.function.Function;

/** The ways of Vert.x that are compared. Each has one event loop, as the other peers do. */
enum Kind {

  /** This library's API; event loops wait at completion ports. */
  NPIPE(true, PipeEndpoint::new),
  /** This library's API; one thread polls for all event loops. */
  NPIPE_SHARED(false, PipeEndpoint::new),
  /** Vert.x's sockets over this library's transport. */
  NETSOCKET(true, vertx -> new NetEndpoint(vertx, NamedPipeTransport::address)),
  /** Vert.x's HTTP/1.1 over this library's transport. */
  HTTP(true, vertx -> new HttpEndpoint(vertx, NamedPipeTransport::address)),
  /** Vert.x's sockets over TCP, on a Vert.x that has nothing to do with this library; the address is a port. */
  TCP(null, vertx -> new NetEndpoint(vertx, port -> SocketAddress.inetSocketAddress(Integer.parseInt(port),
      "127.0.0.1")));

  /** {@code null} where there is no transport. */
  private final Boolean inLoop;
  private final Function<Vertx, Endpoint> endpoints;

  Kind(Boolean inLoop, Function<Vertx, Endpoint> endpoints) {
    this.inLoop = inLoop;
    this.endpoints = endpoints;
  }

  static Kind named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  Vertx newVertx() {
    VertxBuilder builder = Vertx.builder().with(new VertxOptions().setEventLoopPoolSize(1));
    if (inLoop != null) {
      builder.withTransport(NamedPipeTransport.create().setInLoop(inLoop));
    }
    return builder.build();
  }

  Endpoint endpoint(Vertx vertx) {
    return endpoints.apply(vertx);
  }

  /** For channels without Vert.x. */
  boolean isInLoop() {
    if (this != NPIPE && this != NPIPE_SHARED) {
      throw new IllegalArgumentException("only npipe and npipe-shared have a channel of this library to measure alone");
    }
    return inLoop;
  }
}
