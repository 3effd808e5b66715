// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import dev.npipe.channel.NamedPipeIoHandler;
import dev.npipe.transport.NamedPipeTransport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
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

  /** Event loops of Netty's, without Vert.x; with a socket on each where there is to be traffic beside the pipes. */
  EventLoopGroup newEventLoops(int threads) {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(threads,
        isInLoop() ? NamedPipeIoHandler.newFactory() : NioIoHandler.newFactory());
    for (int i = 0; i < threads && this == IN_LOOP_BESIDE_TCP; i++) {
      new Bootstrap().group(group).channel(NioDatagramChannel.class).handler(new ChannelInboundHandlerAdapter())
          .bind("127.0.0.1", 0).syncUninterruptibly();
    }
    return group;
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
