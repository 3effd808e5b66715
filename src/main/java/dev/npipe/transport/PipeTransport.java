// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import dev.npipe.channel.NamedPipeAddress;
import dev.npipe.channel.NamedPipeIoHandler;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.spi.transport.Transport;

/**
 * What Vert.x asks of a transport: pipes are ours, everything else is the platform's.
 */
@SuppressWarnings("deprecation") // InternetProtocolFamily, which the interface names
final class PipeTransport implements Transport {

  private final NamedPipeTransport owner;
  private final Transport platform;
  private final ChannelsByAddress channels;

  PipeTransport(NamedPipeTransport owner, Transport platform, EndpointOptions options) {
    this.owner = owner;
    this.platform = platform;
    this.channels = new ChannelsByAddress(platform, options);
  }

  NamedPipeTransport owner() {
    return owner;
  }

  @Override
  public boolean supportsDomainSockets() {
    return true;
  }

  /** No: the kernel does not send files into pipes, and Vert.x asks once for all connections. */
  @Override
  public boolean supportFileRegion() {
    return false;
  }

  @Override
  public java.net.SocketAddress convert(SocketAddress address) {
    return channels.convert(address);
  }

  @Override
  public SocketAddress convert(java.net.SocketAddress address) {
    return address instanceof NamedPipeAddress
        ? SocketAddress.domainSocketAddress(((NamedPipeAddress) address).path())
        : platform.convert(address);
  }

  @Override
  public IoHandlerFactory ioHandlerFactory() {
    return owner.isInLoop() ? NamedPipeIoHandler.newFactory() : platform.ioHandlerFactory();
  }

  @Override
  public DatagramChannel datagramChannel(InternetProtocolFamily family) {
    return platform.datagramChannel(family);
  }

  @Override
  public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
    return platform.datagramChannelFactory();
  }

  @Override
  public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
    return channels.factory(domainSocket);
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    return channels.serverFactory(domainSocket);
  }

  @Override
  public void configure(DatagramChannel channel, DatagramSocketOptions options) {
    platform.configure(channel, options);
  }

  @Override
  public void configure(TcpConfig config, boolean domainSocket, Bootstrap bootstrap) {
    platform.configure(config, domainSocket, bootstrap);
    channels.prepare(bootstrap);
  }

  @Override
  public void configure(TcpConfig config, boolean domainSocket, ServerBootstrap bootstrap) {
    platform.configure(config, domainSocket, bootstrap);
    if (domainSocket) {
      BufferSizes.of(config).attachTo(bootstrap);
    }
  }
}
