// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.channel.ChannelOption;
import java.util.Set;

/**
 * The options of sockets that servers and clients set without asking what the channel is. A pipe takes them without
 * effect, and so without Netty's warning of an unknown option.
 */
final class SocketOptions {

  private static final Set<ChannelOption<?>> MEANINGLESS = Set.of(ChannelOption.TCP_NODELAY, ChannelOption.SO_KEEPALIVE,
      ChannelOption.SO_REUSEADDR, ChannelOption.SO_SNDBUF, ChannelOption.SO_RCVBUF, ChannelOption.IP_TOS);

  private SocketOptions() {
  }

  static boolean meansNothingToPipes(ChannelOption<?> option) {
    return MEANINGLESS.contains(option);
  }
}
