// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.eventbus.impl.Permissions.Rule;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The addresses that one connection has registered, each once.
 */
final class Registrations {

  private final BridgeConnection connection;

  // Context only.
  private final Map<String, Registration> byAddress = new HashMap<>();

  Registrations(BridgeConnection connection) {
    this.connection = connection;
  }

  boolean contains(String address) {
    return byAddress.containsKey(address);
  }

  Registration add(String address, List<Rule> rules) {
    if (byAddress.size() >= connection.settings().limits().getMaxRegistrations()) {
      throw new BadFrameException("max_handlers_reached");
    }
    Registration registration = new Registration(connection, address, rules);
    byAddress.put(address, registration);
    return registration;
  }

  /** Unregisters; null when there is nothing to. */
  Future<Void> remove(String address) {
    Registration registration = byAddress.remove(address);
    return registration == null ? null : registration.unregister();
  }

  /** Unregisters everything, and tells of each. */
  Future<?> clear(Consumer<String> told) {
    List<Future<Void>> unregistered = new ArrayList<>(byAddress.size());
    for (String address : List.copyOf(byAddress.keySet())) {
      unregistered.add(remove(address));
      told.accept(address);
    }
    return Future.join(unregistered);
  }
}
