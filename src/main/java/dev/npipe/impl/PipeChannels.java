// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.channel.NamedPipeChannel;
import dev.npipe.channel.NamedPipeServerChannel;
import java.util.function.Supplier;

/**
 * Where channels come from.
 */
final class PipeChannels {

  /** Those of this operating system. */
  static final PipeChannels SYSTEM = new PipeChannels(NamedPipeServerChannel::new, NamedPipeChannel::new);

  private final Supplier<NamedPipeServerChannel> servers;
  private final Supplier<NamedPipeChannel> clients;

  PipeChannels(Supplier<NamedPipeServerChannel> servers, Supplier<NamedPipeChannel> clients) {
    this.servers = servers;
    this.clients = clients;
  }

  /**
   * Creates a server channel.
   *
   * @throws UnsupportedOperationException where there are no named pipes
   */
  NamedPipeServerChannel newServer() {
    return servers.get();
  }

  /**
   * Creates a client's channel.
   *
   * @throws UnsupportedOperationException where there are no named pipes
   */
  NamedPipeChannel newClient() {
    return clients.get();
  }
}
