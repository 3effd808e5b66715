// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import dev.npipe.transport.NamedPipeTransport;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;

/**
 * Who dequeues the completions of a test's pipes; chosen by the system property {@code npipe.driver}, so that all tests
 * are run with each.
 */
enum Driver {

  /** One thread for all pipes of the process; a Vert.x as everybody has it. */
  SHARED,
  /** The event loops themselves, at ports of their own. */
  IN_LOOP,
  /** The same, with traffic over TCP on each of these loops. */
  IN_LOOP_BESIDE_TCP;

  static Driver current() {
    return valueOf(System.getProperty("npipe.driver", SHARED.name()));
  }

  boolean isInLoop() {
    return this != SHARED;
  }

  /** The same for tests that the traffic of others would disturb. */
  Driver withoutTcp() {
    return isInLoop() ? IN_LOOP : SHARED;
  }

  /** A Vert.x whose pipes take this way, with a transport unless the builder is to have another one. */
  Vertx build(VertxBuilder builder) {
    return isInLoop() ? build(builder, NamedPipeTransport.create()) : builder.build();
  }

  Vertx build(VertxBuilder builder, NamedPipeTransport transport) {
    Vertx vertx = builder.withTransport(transport.setInLoop(isInLoop())).build();
    if (this == IN_LOOP_BESIDE_TCP) {
      TcpTraffic.start(vertx);
    }
    return vertx;
  }
}
