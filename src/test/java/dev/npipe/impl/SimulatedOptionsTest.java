// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import static dev.npipe.impl.SimulatedSockets.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.NamedPipeClient;
import dev.npipe.NamedPipeClientOptions;
import dev.npipe.NamedPipeServer;
import dev.npipe.NamedPipeServerOptions;
import dev.npipe.SecurityPreset;
import dev.npipe.channel.ImpersonationLevel;
import dev.npipe.channel.LogWatch;
import dev.npipe.channel.SimulatedPipes;
import dev.npipe.iocp.PipeInstanceSpec;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the options of servers and clients say is what the kernel is asked for. */
@ExtendWith(LogWatch.class)
class SimulatedOptionsTest {

  private static final String USER = "S-1-5-21-1-2-3-1001";

  private final Vertx vertx = Vertx.vertx();
  private final SimulatedPipes pipes = new SimulatedPipes(63);
  private final PipeChannels channels = new PipeChannels(pipes::newServer, pipes::newClient);

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
    pipes.close();
  }

  private PipeInstanceSpec askedFor(NamedPipeServerOptions options) throws Exception {
    NamedPipeServer server = new NamedPipeServerImpl(vertx, options, channels).connectHandler(socket -> { });
    await(server.listen("options"));
    PipeInstanceSpec spec = pipes.kernel().lastSpec();
    await(server.close());
    return spec;
  }

  @ParameterizedTest
  @CsvSource({
      "CURRENT_USER, GA, " + USER,
      "CURRENT_LOGON_SESSION, GA, S-1-5-5-",
      "ADMINISTRATORS, GA, BA",
      "AUTHENTICATED_USERS, 0x12019b, AU",
      "APP_CONTAINER, 0x12019b, S-1-15-2-1",
      "EVERYONE, 0x12019b, WD"})
  void aPresetLetsThoseInWhomItNames(SecurityPreset preset, String rights, String who) throws Exception {
    String descriptor = askedFor(new NamedPipeServerOptions().setSecurityPreset(preset)
        .setAppContainerSid(preset == SecurityPreset.APP_CONTAINER ? "S-1-15-2-1" : null)).securityDescriptor();
    assertTrue(descriptor.startsWith("O:" + USER + "D:P(A;;GA;;;"), descriptor);
    assertTrue(descriptor.contains("(A;;" + rights + ";;;" + who), descriptor);
    for (String other : new String[] {"BA", "AU", "S-1-15-2-1", "WD"}) {
      assertEquals(other.equals(who), descriptor.contains(";;;" + other + ")"), descriptor);
    }
  }

  @Test
  void aDescriptorOfOnesOwnTakesThePlaceOfThePreset() throws Exception {
    assertEquals("D:P(A;;GA;;;SY)", askedFor(new NamedPipeServerOptions().setSecurityPreset(SecurityPreset.EVERYONE)
        .setPendingInstances(1).setSecurityDescriptor("D:P(A;;GA;;;SY)")).securityDescriptor());
  }

  @Test
  void whatIsNotSetIsAsSafeAsItGets() throws Exception {
    PipeInstanceSpec spec = askedFor(new NamedPipeServerOptions());
    assertTrue(spec.rejectRemoteClients());
    assertEquals("O:" + USER + "D:P(A;;GA;;;" + USER + ")(A;;GA;;;SY)", spec.securityDescriptor());
  }

  @Test
  void theRestIsAskedForAsItIsSet() throws Exception {
    PipeInstanceSpec spec = askedFor(new NamedPipeServerOptions().setRejectRemoteClients(false).setMessageMode(true)
        .setMaxInstances(7).setInboundBufferBytes(1_000).setOutboundBufferBytes(2_000));
    assertEquals(new PipeInstanceSpec("\\\\.\\pipe\\options", 7, 2_000, 1_000, true, false,
        spec.securityDescriptor()), spec);
  }

  @ParameterizedTest
  @EnumSource
  void aClientAllowsWhatItSaysItAllows(ImpersonationLevel level) throws Exception {
    NamedPipeServer server = new NamedPipeServerImpl(vertx, new NamedPipeServerOptions(), channels)
        .connectHandler(socket -> { });
    await(server.listen("options"));
    NamedPipeClient client = new NamedPipeClientImpl(vertx,
        new NamedPipeClientOptions().setImpersonationLevel(level), channels);
    await(client.connect("options"));
    assertEquals(level.ordinal(), pipes.kernel().lastImpersonationLevel());
    await(client.close());
    await(server.close());
  }
}
