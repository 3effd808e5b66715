// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import io.vertx.ext.bridge.BridgeEventType;

/**
 * The client no longer wants the messages of an address.
 */
final class UnregisterVerb implements Verb {

  @Override
  public BridgeEventType event() {
    return BridgeEventType.UNREGISTER;
  }

  @Override
  public void handle(BridgeConnection connection, ClientFrame frame, Runnable done) {
    String address = frame.address();
    // Who has registered it may also leave it, whatever has become of its authorities.
    if (connection.registrations().remove(address) != null) {
      done.run();
      return;
    }
    connection.ifPermitted(frame, connection.settings().outbound().forAddress(address),
        () -> connection.outbound().send(Frames.error("unknown_address")), done);
  }
}
