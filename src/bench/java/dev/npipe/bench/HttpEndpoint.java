// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.function.Function;

/** HTTP/1.1: a message is the body of a request, bytes that flow freely are the chunks of one that does not end. */
final class HttpEndpoint implements Endpoint {

  private final HttpServer server;
  private final HttpClientAgent client;
  private final Function<String, SocketAddress> addresses;

  HttpEndpoint(Vertx vertx, Function<String, SocketAddress> addresses) {
    this.server = vertx.createHttpServer();
    this.client = vertx.createHttpClient();
    this.addresses = addresses;
  }

  @Override
  public Future<?> listen(String address, Runnable connected, Handler<Connection> accepted) {
    return server
        .connectionHandler(connection -> connected.run())
        .requestHandler(request -> serve(request, accepted))
        .listen(addresses.apply(address));
  }

  private static void serve(HttpServerRequest request, Handler<Connection> accepted) {
    if (request.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
      request.body().onSuccess(request.response()::end);
      return;
    }
    request.response().setChunked(true);
    accepted.handle(new StreamConnection(request, request.response(), () -> request.connection().close()));
  }

  @Override
  public Future<Connection> connect(String address, boolean messages) {
    HttpConnectOptions options = new HttpConnectOptions().setServer(addresses.apply(address)).setHost("localhost");
    return client.connect(options).compose(connection -> messages
        ? Future.succeededFuture(new HttpMessages(connection))
        : connection.request(HttpMethod.POST, "/")
            .map(request -> new HttpBodies(connection, request.setChunked(true))));
  }
}
