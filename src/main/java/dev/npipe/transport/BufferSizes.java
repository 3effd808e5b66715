// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import dev.npipe.channel.NamedPipeServerChannelConfig;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.vertx.core.net.TcpConfig;

/**
 * The send and receive buffer sizes of a Vert.x server. A socket takes them after it was accepted; a pipe has its
 * quotas from its creation, so they travel with the server's channel. Minus one is for a size that was not set.
 */
final class BufferSizes {

  private static final AttributeKey<BufferSizes> KEY = AttributeKey.valueOf(BufferSizes.class, "sizes");
  private static final int UNSET = -1;

  private final int send;
  private final int receive;

  private BufferSizes(int send, int receive) {
    this.send = send;
    this.receive = receive;
  }

  static BufferSizes of(TcpConfig config) {
    return new BufferSizes(config.getSendBufferSize(), config.getReceiveBufferSize());
  }

  /** What was attached to a server's bootstrap; nothing set when nothing was. */
  static BufferSizes of(Channel server) {
    BufferSizes attached = server.attr(KEY).get();
    return attached == null ? new BufferSizes(UNSET, UNSET) : attached;
  }

  void attachTo(ServerBootstrap bootstrap) {
    bootstrap.attr(KEY, this);
  }

  void applyTo(NamedPipeServerChannelConfig config) {
    if (send != UNSET) {
      config.setOutboundBufferBytes(send);
    }
    if (receive != UNSET) {
      config.setInboundBufferBytes(receive);
    }
  }
}
