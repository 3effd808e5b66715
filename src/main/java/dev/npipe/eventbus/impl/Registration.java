// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.eventbus.impl.Permissions.Rule;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.List;

/**
 * An address whose messages a client gets, as far as the rules it registered by let them pass.
 */
final class Registration {

  private final BridgeConnection connection;
  private final List<Rule> rules;
  private final MessageConsumer<Object> consumer;

  Registration(BridgeConnection connection, String address, List<Rule> rules) {
    this.connection = connection;
    this.rules = rules;
    consumer = connection.settings().eventBus().consumer(address, this::deliver);
  }

  Future<Void> completion() {
    return consumer.completion();
  }

  Future<Void> unregister() {
    return consumer.unregister();
  }

  private void deliver(Message<Object> message) {
    PendingReplies replies = connection.replies();
    if (!connection.isOpen() || !connection.registrations().contains(message.address())) {
      replies.refuse(message, "The client has unregistered the address, or gone");
    } else if (rules.stream().noneMatch(rule -> rule.lets(message.body()))) {
      replies.refuse(message, "access_denied");
    } else if (replies.add(message)) {
      connection.outbound().deliver(Frames.message(message.address(), message, message.isSend()), true,
          reason -> replies.refuse(message, reason));
    }
  }
}
