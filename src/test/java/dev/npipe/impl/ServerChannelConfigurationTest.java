// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.npipe.NamedPipeServer;
import dev.npipe.NamedPipeServerOptions;
import dev.npipe.SecurityPreset;
import dev.npipe.channel.SimulatedPipes;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.Test;

class ServerChannelConfigurationTest {

  @Test
  void thePresetForAnAppIsRefusedWhenNoAppIsNamed() throws Exception {
    Vertx vertx = Vertx.vertx();
    SimulatedPipes pipes = new SimulatedPipes(7);
    NamedPipeServer server = new NamedPipeServerImpl(vertx,
        new NamedPipeServerOptions().setSecurityPreset(SecurityPreset.APP_CONTAINER),
        new PipeChannels(pipes::newServer, pipes::newClient)).connectHandler(socket -> { });
    Throwable refusal = SimulatedSockets.failure(server.listen("app"));
    assertInstanceOf(IllegalArgumentException.class, refusal);
    assertEquals("securityPreset APP_CONTAINER needs an appContainerSid", refusal.getMessage());
    assertNull(server.path());
    SimulatedSockets.await(vertx.close());
    pipes.close();
  }
}
