// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.SocketAddress;
import java.util.function.Function;

/** The sockets of Vert.x. */
final class NetEndpoint implements Endpoint {

  private final NetServer server;
  private final NetClient client;
  private final Function<String, SocketAddress> addresses;

  NetEndpoint(Vertx vertx, Function<String, SocketAddress> addresses) {
    this.server = vertx.createNetServer();
    this.client = vertx.createNetClient();
    this.addresses = addresses;
  }

  @Override
  public Future<?> listen(String address, Runnable connected, Handler<Connection> accepted) {
    return server.connectHandler(socket -> {
      connected.run();
      accepted.handle(new StreamConnection(socket, socket, socket::close));
    }).listen(addresses.apply(address));
  }

  @Override
  public Future<Connection> connect(String address, boolean messages) {
    return client.connect(addresses.apply(address))
        .map(socket -> new StreamConnection(socket, socket, socket::close));
  }
}
