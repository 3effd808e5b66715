// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import java.io.EOFException;

/** One HTTP exchange of chunks both ways; the response begins when the server has something to say. */
final class HttpBodies implements Connection {

  private final HttpClientConnection connection;
  private final HttpClientRequest request;
  private Handler<Buffer> handler;
  private Handler<Throwable> failureHandler;

  HttpBodies(HttpClientConnection connection, HttpClientRequest request) {
    this.connection = connection;
    this.request = request;
    request.response().onComplete(response -> {
      response.handler(data -> handler.handle(data));
      response.endHandler(ended -> failureHandler.handle(new EOFException("the server ended the response")));
      response.exceptionHandler(failure -> failureHandler.handle(failure));
    }, failure -> failureHandler.handle(failure));
  }

  @Override
  public void handler(Handler<Buffer> handler) {
    this.handler = handler;
  }

  @Override
  public void failureHandler(Handler<Throwable> handler) {
    failureHandler = handler;
    request.exceptionHandler(handler);
  }

  @Override
  public void write(Buffer data) {
    request.write(data);
  }

  @Override
  public boolean writeQueueFull() {
    return request.writeQueueFull();
  }

  @Override
  public void drainHandler(Handler<Void> handler) {
    request.drainHandler(handler);
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
