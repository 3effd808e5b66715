// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.net.SocketAddress;

/**
 * The JDK's transport, which refuses the paths of pipes. A subclass, since Vert.x takes whatever is none for a native
 * transport; so it can be loaded only where Vert.x's implementation is open to this module, as on the class path.
 */
final class NioWithoutPipes extends NioTransport {

  private final PipePaths paths = new PipePaths();

  @Override
  public java.net.SocketAddress convert(SocketAddress address) {
    return paths.convert(address, super::convert);
  }

  @Override
  public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
    return paths.factory(domainSocket, super.channelFactory(domainSocket));
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    return paths.factory(domainSocket, super.serverChannelFactory(domainSocket));
  }
}
