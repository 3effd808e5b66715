// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.NamedPipeClientOptions;
import dev.npipe.NamedPipeServerOptions;
import dev.npipe.channel.NamedPipeAddress;
import dev.npipe.channel.OversizedMessages;
import dev.npipe.channel.ZeroLengthMessages;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class EndpointOptionsTest {

  private static final NamedPipeAddress NAME = NamedPipeAddress.of("name");

  private final EndpointOptions options = new EndpointOptions();

  private static NamedPipeServerOptions lingering(int seconds) {
    return new NamedPipeServerOptions().setLingerTimeout(Duration.ofSeconds(seconds));
  }

  @Test
  void thoseOfANameComeBeforeThoseOfAllOthers() {
    assertNull(options.linger(NAME));
    options.setServer(lingering(1));
    assertEquals(Duration.ofSeconds(1), options.linger(NAME));
    options.setServer(NamedPipeAddress.of("//./pipe/NAME"), lingering(2));
    assertEquals(Duration.ofSeconds(2), options.linger(NAME));
    assertEquals(Duration.ofSeconds(1), options.linger(NamedPipeAddress.of("other")));
  }

  @Test
  void areCopied() {
    NamedPipeServerOptions mine = lingering(1);
    options.setServer(mine);
    mine.setLingerTimeout(Duration.ZERO);
    assertEquals(Duration.ofSeconds(1), options.linger(NAME));
  }

  @Test
  void whatWouldHaveNoEffectIsRefused() {
    Duration second = Duration.ofSeconds(1);
    Executable[] refused = {
        () -> options.setServer(new NamedPipeServerOptions().setIdleTimeout(second)),
        () -> options.setServer(NAME, new NamedPipeServerOptions().setReadIdleTimeout(second)),
        () -> options.setServer(new NamedPipeServerOptions().setWriteIdleTimeout(second)),
        () -> options.setServer(new NamedPipeServerOptions().setWriteQueueMaxSize(1)),
        () -> options.setServer(new NamedPipeServerOptions().setMetricsName("m")),
        () -> options.setClient(new NamedPipeClientOptions().setConnectTimeout(second)),
        () -> options.setClient(NAME, new NamedPipeClientOptions().setReconnectAttempts(1)),
    };
    for (Executable setting : refused) {
      String message = assertThrows(IllegalArgumentException.class, setting).getMessage();
      assertTrue(message.contains("the options of the Vert.x server or client"), message);
    }
  }

  @Test
  void whatIsAboutMessagesIsRefusedAsVertxsOwnServersCarryBytes() {
    Executable[] refused = {
        () -> options.setServer(new NamedPipeServerOptions().setMessageMode(true)),
        () -> options.setServer(NAME, new NamedPipeServerOptions().setMaxMessageSize(1)),
        () -> options.setServer(new NamedPipeServerOptions().setOversizedMessages(OversizedMessages.DISCARD)),
        () -> options.setClient(new NamedPipeClientOptions().setMessageMode(true)),
        () -> options.setClient(NAME, new NamedPipeClientOptions().setMaxMessageSize(1)),
        () -> options.setClient(new NamedPipeClientOptions().setZeroLengthMessages(ZeroLengthMessages.END_OF_STREAM)),
    };
    for (Executable setting : refused) {
      String message = assertThrows(IllegalArgumentException.class, setting).getMessage();
      assertTrue(message.contains("carry bytes, and no messages"), message);
    }
  }

  @Test
  void nobodyHasBeenRefusedWhereNobodyListened() {
    assertEquals(0, options.refusedPeers(NAME));
  }
}
