// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;

/** What a measurement and an echo need of a connection, of whatever kind. Its event loop only. */
interface Connection {

  /** Called with what arrives; a later handler takes the place of an earlier one. */
  void handler(Handler<Buffer> handler);

  /** Called when it fails, and when the other end closes. */
  void failureHandler(Handler<Throwable> handler);

  void write(Buffer data);

  boolean writeQueueFull();

  void drainHandler(Handler<Void> handler);

  void pause();

  void resume();

  void close();
}
