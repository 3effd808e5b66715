// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.NamedPipeAddress;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.transport.Transport;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ChannelsByAddressTest {

  private final ChannelsByAddress channels =
      new ChannelsByAddress(Transport.NIO.implementation(), new EndpointOptions());

  private final ChannelFactory<Channel> client = channels.factory(true);
  private final ChannelFactory<ServerChannel> server = channels.serverFactory(true);

  @Test
  void aPathOfAPipeIsToldFromAFile() {
    for (String pipe : new String[] {"\\\\.\\pipe\\x", "\\\\.\\PIPE\\x", "//./pipe/x", "npipe:////./pipe/x",
        "NPIPE:x", "\\\\server\\pipe\\x", "//server/pipe/x", "\\\\nonsense", "//./pipe"}) {
      assertTrue(ChannelsByAddress.isPipe(pipe), pipe);
    }
    for (String file : new String[] {"/tmp/x", "x", "//tmp/x", "//x/pip/x", "C:\\x", "/pipe/x", "./pipe/x", ""}) {
      assertFalse(ChannelsByAddress.isPipe(file), file);
    }
  }

  @Test
  void aPathThatCannotBeUsedFailsTheChannelAndNotTheConversion() {
    channels.convert(SocketAddress.domainSocketAddress("\\\\.\\pipes\\x"));
    String message = assertThrows(IllegalArgumentException.class, client::newChannel).getMessage();
    assertTrue(message.contains("\\\\.\\pipes\\x"), message);
    channels.convert(SocketAddress.domainSocketAddress("npipe:x"));
    assertThrows(IllegalArgumentException.class, server::newChannel);
  }

  @Test
  void aConversionCountsOnceAndForItsThreadOnly() throws Exception {
    assertThrows(IllegalStateException.class, client::newChannel);
    java.net.SocketAddress converted = channels.convert(SocketAddress.domainSocketAddress("//./pipe/x"));
    assertEquals(NamedPipeAddress.of("X"), assertInstanceOf(NamedPipeAddress.class, converted));
    Thread other = new Thread(() -> assertThrows(IllegalStateException.class, server::newChannel));
    Throwable[] thrown = new Throwable[1];
    other.setUncaughtExceptionHandler((thread, cause) -> thrown[0] = cause);
    other.start();
    other.join(TimeUnit.SECONDS.toMillis(10));
    assertEquals(null, thrown[0]);
    channels.convert(SocketAddress.domainSocketAddress("npipe:x"));
    assertThrows(IllegalArgumentException.class, client::newChannel);
    assertThrows(IllegalStateException.class, client::newChannel);
  }

  @Test
  void aHostThatWasMadeOfAPipeIsThatPipeAndNoOtherIs() throws Exception {
    for (String name : new String[] {"name", "a.b-c", "under_score", "\\\\server\\pipe\\x", "a b\u00e9",
        "x--61", "a..b"}) {
      NamedPipeAddress pipe = NamedPipeAddress.of(name);
      String host = PipeHost.of(pipe);
      assertEquals(host, new URI("http://" + host + ":80/").getHost(), name);
      assertEquals(pipe, channels.convert(SocketAddress.inetSocketAddress(80, host.toUpperCase(Locale.ROOT))), name);
    }
    ChannelFactory<Channel> sockets = channels.factory(false);
    String remote = "x--" + HexFormat.of().formatHex("\\\\evil\\pipe\\x".getBytes(StandardCharsets.UTF_8));
    for (String other : new String[] {"docker_engine.npipe", "x--6.npipe", ".npipe", remote + ".npipe"}) {
      channels.convert(SocketAddress.inetSocketAddress(80, other));
      assertInstanceOf(NioSocketChannel.class, sockets.newChannel(), other).unsafe().closeForcibly();
    }
  }

  @Test
  void aSocketIsMadeForWhoeverConvertsNothing() {
    channels.convert(SocketAddress.inetSocketAddress(80, "forgotten.npipe"));
    assertInstanceOf(NioSocketChannel.class, channels.factory(false).newChannel())
        .unsafe().closeForcibly();
  }

  @Test
  void aNameIsSharedWithinOneGroupAndAsLongAsSomeoneListens() {
    SharedNames names = new SharedNames();
    EventLoopGroup mine = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    EventLoopGroup theirs = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    NamedPipeAddress name = NamedPipeAddress.of("shared");
    names.add(mine, name);
    names.add(mine, NamedPipeAddress.of("SHARED"));
    assertTrue(names.isOwnedBy(mine, name));
    assertFalse(names.isOwnedBy(theirs, name));
    assertFalse(names.isOwnedBy(mine, NamedPipeAddress.of("other")));
    names.remove(mine, name);
    assertTrue(names.isOwnedBy(mine, name));
    names.remove(mine, name);
    assertFalse(names.isOwnedBy(mine, name));
    mine.shutdownGracefully();
    theirs.shutdownGracefully();
  }
}
