// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.ext.bridge.BridgeEventType;

/**
 * The client has a message for all who have registered an address.
 */
final class PublishVerb implements Verb {

  @Override
  public BridgeEventType event() {
    return BridgeEventType.PUBLISH;
  }

  @Override
  public void handle(BridgeConnection connection, ClientFrame frame, Runnable done) {
    String address = frame.address();
    Object body = frame.body();
    DeliveryOptions options = frame.deliveryOptions();
    connection.ifPermitted(frame, connection.settings().inbound().forMessage(address, body),
        () -> connection.settings().eventBus().publish(address, body, options), done);
  }
}
