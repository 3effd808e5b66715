// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import dev.npipe.channel.NamedPipeAddress;
import io.netty.channel.EventLoopGroup;
import java.util.HashMap;
import java.util.Map;

/**
 * Which names the servers of a Vert.x listen on. Vert.x lets servers share a listener when they spell its path alike;
 * names that differ in spelling only come here as listeners of their own, and share the name.
 */
final class SharedNames {

  // Guarded by this.
  private final Map<NamedPipeAddress, Map<EventLoopGroup, Integer>> listeners = new HashMap<>();

  /** Whether a server whose channel is in this group listens on the name already. */
  synchronized boolean isOwnedBy(EventLoopGroup group, NamedPipeAddress name) {
    return listeners.getOrDefault(name, Map.of()).containsKey(group);
  }

  synchronized void add(EventLoopGroup group, NamedPipeAddress name) {
    listeners.computeIfAbsent(name, first -> new HashMap<>()).merge(group, 1, Integer::sum);
  }

  synchronized void remove(EventLoopGroup group, NamedPipeAddress name) {
    Map<EventLoopGroup, Integer> groups = listeners.get(name);
    groups.computeIfPresent(group, (same, count) -> count == 1 ? null : count - 1);
    if (groups.isEmpty()) {
      listeners.remove(name);
    }
  }
}
