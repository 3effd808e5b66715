// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus;

import dev.npipe.NamedPipeSocket;
import io.vertx.core.Future;

/**
 * Says which clients have the authorities that {@link io.vertx.ext.bridge.PermittedOptions#setRequiredAuthority
 * requiredAuthority} asks for.
 */
@FunctionalInterface
public interface AuthorityProvider {

  /**
   * Whether the client has an authority. Asked each time a rule depends on it, on the context of the connection; what
   * the client sends next waits for the answer. A registration depends on it once, when it is made: who loses an
   * authority is still sent the messages of what it has registered, until it unregisters or goes. Disconnect it if that
   * is not wanted.
   *
   * @param socket the client's connection
   * @param authority the authority
   * @return a future of true if the client has it; a failed one counts as no, and is logged
   */
  Future<Boolean> hasAuthority(NamedPipeSocket socket, String authority);
}
