// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import dev.npipe.NamedPipeClient;
import dev.npipe.NamedPipeServer;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;

/** This library's own API. */
final class PipeEndpoint implements Endpoint {

  private final NamedPipeServer server;
  private final NamedPipeClient client;

  PipeEndpoint(Vertx vertx) {
    this.server = NamedPipeServer.create(vertx);
    this.client = NamedPipeClient.create(vertx);
  }

  @Override
  public Future<?> listen(String address, Runnable connected, Handler<Connection> accepted) {
    return server.connectHandler(socket -> {
      connected.run();
      accepted.handle(new StreamConnection(socket, socket, socket::close));
    }).listen(address);
  }

  @Override
  public Future<Connection> connect(String address, boolean messages) {
    return client.connect(address).map(socket -> new StreamConnection(socket, socket, socket::close));
  }
}
