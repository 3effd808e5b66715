// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import io.vertx.ext.bridge.BridgeEventType;

/**
 * The client wants a sign of life, or knows no better way to give one.
 */
final class PingVerb implements Verb {

  @Override
  public BridgeEventType event() {
    return BridgeEventType.SOCKET_PING;
  }

  @Override
  public void handle(BridgeConnection connection, ClientFrame frame, Runnable done) {
    connection.outbound().send(Frames.pong());
    done.run();
  }
}
