// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.io.EOFException;

/** A kept-alive connection to an HTTP server: a request for each write, whose response is what arrives. */
final class HttpMessages implements Connection {

  private final HttpClientConnection connection;
  private Handler<Buffer> handler;
  private Handler<Throwable> failureHandler;

  HttpMessages(HttpClientConnection connection) {
    this.connection = connection;
  }

  @Override
  public void handler(Handler<Buffer> handler) {
    this.handler = handler;
  }

  @Override
  public void failureHandler(Handler<Throwable> handler) {
    failureHandler = handler;
    connection.closeHandler(closed -> handler.handle(new EOFException("the server closed the connection")));
  }

  @Override
  public void write(Buffer data) {
    connection.request(HttpMethod.POST, "/")
        .compose(request -> request.send(data))
        .compose(HttpClientResponse::body)
        .onComplete(body -> handler.handle(body), failure -> failureHandler.handle(failure));
  }

  @Override
  public boolean writeQueueFull() {
    return false;
  }

  @Override
  public void drainHandler(Handler<Void> handler) {
    // The one message on its way is the limit.
  }

  @Override
  public void pause() {
    throw new UnsupportedOperationException("for clients that take what comes");
  }

  @Override
  public void resume() {
    throw new UnsupportedOperationException("for clients that take what comes");
  }

  @Override
  public void close() {
    connection.close();
  }
}
