// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.ext.bridge.BridgeEventType;

/**
 * The client has a message for one receiver, maybe a request; or it answers, or fails, a request that it was sent. An
 * answer needs no permission, and there can be only one.
 */
final class SendVerb implements Verb {

  @Override
  public BridgeEventType event() {
    return BridgeEventType.SEND;
  }

  @Override
  public void handle(BridgeConnection connection, ClientFrame frame, Runnable done) {
    // The reply addresses of a bus are its own business, however long.
    String address = frame.address(connection.replies()::isAwaited);
    Object body = frame.body();
    DeliveryOptions options = frame.deliveryOptions();
    String replyAddress = frame.replyAddress();
    if (connection.replies().isAwaited(address)) {
      answer(connection, frame, address, options, replyAddress);
      done.run();
      return;
    }
    EventBus eventBus = connection.settings().eventBus();
    connection.ifPermitted(frame, connection.settings().inbound().forMessage(address, body), () -> {
      if (replyAddress == null) {
        eventBus.send(address, body, options);
      } else {
        connection.requests().requireRoom();
        connection.requests().await(address, replyAddress, eventBus.request(address, body, options));
      }
    }, done);
  }

  private static void answer(BridgeConnection connection, ClientFrame frame, String address, DeliveryOptions options,
      String replyAddress) {
    Integer failureCode = frame.failureCode();
    String failureMessage = frame.failureMessage();
    if (replyAddress != null) {
      connection.requests().requireRoom();
      Message<?> asked = connection.replies().remove(address);
      connection.requests().await(address, replyAddress, asked.replyAndRequest(frame.body(), options));
    } else if (failureCode != null) {
      connection.replies().remove(address).fail(failureCode, failureMessage);
    } else {
      connection.replies().remove(address).reply(frame.body(), options);
    }
  }
}
