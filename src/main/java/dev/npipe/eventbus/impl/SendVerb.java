// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import io.vertx.core.Future;
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
    String address = frame.address();
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
        connection.requireRoomForRequest();
        await(connection, address, replyAddress, eventBus.request(address, body, options));
      }
    }, done);
  }

  private static void answer(BridgeConnection connection, ClientFrame frame, String address, DeliveryOptions options,
      String replyAddress) {
    Integer failureCode = frame.failureCode();
    String failureMessage = frame.failureMessage();
    if (replyAddress != null) {
      connection.requireRoomForRequest();
      Message<?> asked = connection.replies().remove(address);
      await(connection, address, replyAddress, asked.replyAndRequest(frame.body(), options));
    } else if (failureCode != null) {
      connection.replies().remove(address).fail(failureCode, failureMessage);
    } else {
      connection.replies().remove(address).reply(frame.body(), options);
    }
  }

  private static void await(BridgeConnection connection, String address, String replyAddress,
      Future<Message<Object>> answer) {
    // Only now that the bus has taken it: what it refuses with an exception has no end.
    connection.beginRequest();
    connection.onContext(answer, done -> {
      connection.endRequest();
      if (!connection.isOpen()) {
        if (done.succeeded()) {
          connection.replies().refuse(done.result(), "The client has gone");
        }
        return;
      }
      if (done.failed()) {
        connection.outbound().send(Frames.failure(address, replyAddress, done.cause()));
        return;
      }
      Message<Object> message = done.result();
      if (!connection.replies().add(message)) {
        // Whoever answers is told that its own question is too much; the client is not left without an answer either.
        connection.outbound().send(
            Frames.failure(address, replyAddress, new BadFrameException("max_replies_reached")));
        return;
      }
      connection.outbound().deliver(Frames.message(replyAddress, message, true), false, reason -> {
        connection.replies().refuse(message, reason);
        connection.outbound().send(Frames.failure(address, replyAddress, new BadFrameException(reason)));
      });
    });
  }
}
