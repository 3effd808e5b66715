// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.NamedPipeAddress;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.transport.Transport;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DomainChannelsTest {

  private final DomainChannels channels =
      new DomainChannels(Transport.NIO.implementation(), new EndpointOptions());

  @Test
  void aPathOfAPipeIsToldFromAFile() {
    for (String pipe : new String[] {"\\\\.\\pipe\\x", "\\\\.\\PIPE\\x", "//./pipe/x", "npipe:////./pipe/x",
        "NPIPE:x", "\\\\server\\pipe\\x", "//server/pipe/x", "\\\\nonsense", "//./pipe"}) {
      assertTrue(DomainChannels.isPipe(pipe), pipe);
    }
    for (String file : new String[] {"/tmp/x", "x", "//tmp/x", "//x/pip/x", "C:\\x", "/pipe/x", "./pipe/x", ""}) {
      assertFalse(DomainChannels.isPipe(file), file);
    }
  }

  @Test
  void aPathThatCannotBeUsedFailsTheChannelAndNotTheConversion() {
    channels.convert(SocketAddress.domainSocketAddress("\\\\.\\pipes\\x"));
    String message = assertThrows(IllegalArgumentException.class, channels::newChannel).getMessage();
    assertTrue(message.contains("\\\\.\\pipes\\x"), message);
    channels.convert(SocketAddress.domainSocketAddress("npipe:x"));
    assertThrows(IllegalArgumentException.class, channels::newServerChannel);
  }

  @Test
  void aConversionCountsOnceAndForItsThreadOnly() throws Exception {
    assertThrows(IllegalStateException.class, channels::newChannel);
    java.net.SocketAddress converted = channels.convert(SocketAddress.domainSocketAddress("//./pipe/x"));
    assertEquals(NamedPipeAddress.of("X"), assertInstanceOf(NamedPipeAddress.class, converted));
    Thread other = new Thread(() -> assertThrows(IllegalStateException.class, channels::newServerChannel));
    Throwable[] thrown = new Throwable[1];
    other.setUncaughtExceptionHandler((thread, cause) -> thrown[0] = cause);
    other.start();
    other.join(TimeUnit.SECONDS.toMillis(10));
    assertEquals(null, thrown[0]);
    channels.convert(SocketAddress.domainSocketAddress("npipe:x"));
    assertThrows(IllegalArgumentException.class, channels::newChannel);
    assertThrows(IllegalStateException.class, channels::newChannel);
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
