// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import io.vertx.core.Future;
import io.vertx.core.Handler;

/** A way of Vert.x to make connections. */
interface Endpoint {

  /**
   * Listens.
   *
   * @param address the name of a pipe, or what the kind has in its place
   * @param connected called once for each connection
   * @param accepted is given each connection, or each exchange of one
   * @return when the server listens
   */
  Future<?> listen(String address, Runnable connected, Handler<Connection> accepted);

  /**
   * Connects.
   *
   * @param address as above
   * @param messages whether each write is a message that is answered by one as long; otherwise bytes flow freely
   * @return the connection
   */
  Future<Connection> connect(String address, boolean messages);
}
