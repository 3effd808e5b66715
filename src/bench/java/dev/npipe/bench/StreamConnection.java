// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.io.EOFException;

/** A socket, or the two bodies of an HTTP exchange. */
final class StreamConnection implements Connection {

  private final ReadStream<Buffer> in;
  private final WriteStream<Buffer> out;
  private final Runnable close;

  StreamConnection(ReadStream<Buffer> in, WriteStream<Buffer> out, Runnable close) {
    this.in = in;
    this.out = out;
    this.close = close;
  }

  @Override
  public void handler(Handler<Buffer> handler) {
    in.handler(handler);
  }

  @Override
  public void failureHandler(Handler<Throwable> handler) {
    in.exceptionHandler(handler);
    in.endHandler(ended -> handler.handle(new EOFException("the other end closed the connection")));
    out.exceptionHandler(handler);
  }

  @Override
  public void write(Buffer data) {
    out.write(data);
  }

  @Override
  public boolean writeQueueFull() {
    return out.writeQueueFull();
  }

  @Override
  public void drainHandler(Handler<Void> handler) {
    out.drainHandler(handler);
  }

  @Override
  public void pause() {
    in.pause();
  }

  @Override
  public void resume() {
    in.resume();
  }

  @Override
  public void close() {
    close.run();
  }
}
