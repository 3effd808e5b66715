// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.PipeErrors;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import java.net.BindException;
import java.net.ConnectException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ErrorsAndOptionsTest {

  private static final NamedPipeAddress ADDRESS = NamedPipeAddress.of("errors");

  private final SimulatedWorld world = new SimulatedWorld(1, SimulatedWorld.Drivers.SHARED);
  private final NamedPipeServerChannelConfig server = new NamedPipeServerChannel(world.io).config();
  private final NamedPipeChannelConfig client = new NamedPipeChannel(world.io).config();

  @Test
  void anErrorSaysOperationPipeCodeAndWhatToDo() {
    NamedPipeException error = NamedPipeException.connect(ADDRESS, PipeErrors.PIPE_BUSY);
    assertEquals("connect", error.operation());
    assertEquals("\\\\.\\pipe\\errors", error.path());
    assertEquals(231, error.errorCode());
    assertEquals("ERROR_PIPE_BUSY", error.errorName());
    assertTrue(error.getMessage().startsWith("connect \\\\.\\pipe\\errors: ERROR_PIPE_BUSY (231): all instances"),
        error.getMessage());
  }

  @Test
  void aTakenNameIsABindExceptionAndAMissingServerAConnectException() {
    assertInstanceOf(BindException.class, NamedPipeException.listen(ADDRESS, PipeErrors.ACCESS_DENIED).getCause());
    assertInstanceOf(ConnectException.class,
        NamedPipeException.connect(ADDRESS, PipeErrors.FILE_NOT_FOUND).getCause());
  }

  @Test
  void theDefaultDescriptorLetsInTheCurrentUserAndTheSystemOnly() {
    assertEquals("O:S-1-5-21-9D:P(A;;GA;;;S-1-5-21-9)(A;;GA;;;SY)",
        PipeSecurity.currentUser().toSddl("S-1-5-21-9", null));
  }

  @Test
  void widerPresetsDoNotGrantTheRightToCreateInstances() {
    int createInstance = 0x4;
    int granted = Integer.decode("0x12019b");
    assertEquals(0, granted & createInstance);
    assertTrue(PipeSecurity.everyone().toSddl("S", null).endsWith("(A;;0x12019b;;;WD)"));
    assertTrue(PipeSecurity.authenticatedUsers().toSddl("S", null).endsWith("(A;;0x12019b;;;AU)"));
  }

  @Test
  void anEmptyDescriptorIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> PipeSecurity.sddl(" "));
  }

  @Test
  void valuesOutOfRangeAreRefusedAtOnceAndNamed() {
    refused("maxInstances", () -> server.setMaxInstances(0));
    refused("maxInstances", () -> server.setMaxInstances(256));
    refused("pendingInstances", () -> server.setPendingInstances(0));
    refused("pendingInstances", () -> server.setOption(NamedPipeChannelOption.PIPE_PENDING_INSTANCES, 255));
    refused("inboundBufferBytes", () -> server.setInboundBufferBytes(-1));
    refused("outboundBufferBytes", () -> server.setOption(NamedPipeChannelOption.PIPE_OUTBOUND_BUFFER, -1));
    refused("linger", () -> client.setLinger(Duration.ofMillis(-1)));
  }

  private static void refused(String option, Executable setting) {
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, setting);
    assertTrue(refused.getMessage().contains(option), refused.getMessage());
  }

  @Test
  void everyOptionThatIsListedCanBeReadAndSetToWhatItIs() {
    for (ChannelConfig config : new ChannelConfig[] {server, client}) {
      config.getOptions().forEach((option, value) -> {
        if (option.name().contains("PIPE_")) {
          assertEquals(value, setAgain(config, option));
        }
      });
    }
  }

  private static <T> T setAgain(ChannelConfig config, ChannelOption<T> option) {
    T value = config.getOption(option);
    if (value != null) {
      assertTrue(config.setOption(option, value), option + " was not taken");
    }
    return config.getOption(option);
  }

  @Test
  void theDefaultsAreTheSafeOnes() {
    assertTrue(server.isRejectRemoteClients());
    assertTrue(server.isFirstInstanceRequired());
    assertEquals(PipeSecurity.currentUser(), server.getSecurity());
    assertEquals(ImpersonationLevel.IDENTIFICATION, client.getImpersonationLevel());
  }

  @Test
  void aBacklogLowersTheNumberOfPendingInstancesAndNeverRaisesIt() {
    server.setPendingInstances(8);
    assertTrue(server.setOption(ChannelOption.SO_BACKLOG, 1_024));
    assertEquals(8, server.getPendingInstances());
    assertTrue(server.setOption(ChannelOption.SO_BACKLOG, 3));
    assertEquals(3, server.getPendingInstances());
    assertEquals(3, server.getOption(ChannelOption.SO_BACKLOG));
    assertTrue(server.setOption(ChannelOption.SO_BACKLOG, 0));
    assertEquals(1, server.getPendingInstances());
  }

  @Test
  void anOptionOfNettysIsNettysAndOneOfSomebodyElseIsRefused() {
    ChannelOption<String> foreign = ChannelOption.valueOf(ErrorsAndOptionsTest.class, "FOREIGN");
    for (ChannelConfig config : new ChannelConfig[] {server, client}) {
      assertTrue(config.setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, 77));
      assertEquals(77, config.getConnectTimeoutMillis());
      assertFalse(config.setOption(foreign, "value"));
      assertNull(config.getOption(foreign));
    }
  }
}
