// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.eventbus.impl.Permissions.Rule;
import io.vertx.ext.bridge.BridgeEventType;
import java.util.List;

/**
 * The client wants the messages of an address. It may ask for it again; it gets them once.
 *
 * <p>What comes after it waits until the registration stands, on a cluster too: that a later frame was answered is how
 * a client can know that it does.
 */
final class RegisterVerb implements Verb {

  @Override
  public BridgeEventType event() {
    return BridgeEventType.REGISTER;
  }

  @Override
  public void handle(BridgeConnection connection, ClientFrame frame, Runnable done) {
    String address = frame.address();
    connection.authorization().granted(connection.settings().outbound().forAddress(address), granted -> {
      if (!connection.isOpen()) {
        return;
      }
      if (granted.isEmpty()) {
        connection.outbound().send(Frames.error("access_denied"));
        done.run();
      } else if (!connection.attempt(frame, () -> register(connection, frame, address, granted, done))) {
        done.run();
      }
    });
  }

  private static void register(BridgeConnection connection, ClientFrame frame, String address, List<Rule> granted,
      Runnable done) {
    if (connection.registrations().contains(address)) {
      // It stands: what comes after a registration has waited for it.
      connection.hook().tell(BridgeEventType.REGISTERED, frame.json());
      done.run();
      return;
    }
    Registration registration = connection.registrations().add(address, granted);
    connection.onContext(registration.completion(), completed -> {
      if (!connection.isOpen()) {
        return;
      }
      if (completed.succeeded()) {
        connection.hook().tell(BridgeEventType.REGISTERED, frame.json());
      } else {
        connection.registrations().remove(address);
        connection.outbound().send(Frames.error("registration_failure"));
      }
      done.run();
    });
  }
}
