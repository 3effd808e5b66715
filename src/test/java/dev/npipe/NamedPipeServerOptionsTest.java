// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.OversizedMessages;
import dev.npipe.channel.ZeroLengthMessages;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class NamedPipeServerOptionsTest {

  @Test
  void defaultsAreSecureAndBounded() {
    NamedPipeServerOptions options = new NamedPipeServerOptions();
    assertEquals(SecurityPreset.CURRENT_USER, options.getSecurityPreset());
    assertNull(options.getSecurityDescriptor());
    assertTrue(options.isRejectRemoteClients());
    assertTrue(options.isFirstInstanceRequired());
    assertEquals(255, options.getMaxInstances());
    assertEquals(Math.min(Runtime.getRuntime().availableProcessors(), 16), options.getPendingInstances());
    assertEquals(262144, options.getInboundBufferBytes());
    assertEquals(262144, options.getOutboundBufferBytes());
    assertEquals(262144, options.getWriteQueueMaxSize());
    assertEquals(Duration.ofSeconds(5), options.getLingerTimeout());
    assertEquals(Duration.ZERO, options.getIdleTimeout());
    assertEquals(Duration.ZERO, options.getReadIdleTimeout());
    assertEquals(Duration.ZERO, options.getWriteIdleTimeout());
  }

  private static NamedPipeServerOptions unusual() {
    return new NamedPipeServerOptions()
        .setMaxInstances(7)
        .setPendingInstances(3)
        .setMaxPendingInstances(33)
        .setMaxConnections(99)
        .setInboundBufferBytes(0)
        .setOutboundBufferBytes(1)
        .setRejectRemoteClients(false)
        .setFirstInstanceRequired(false)
        .setSecurityPreset(SecurityPreset.EVERYONE)
        .setSecurityDescriptor("D:P(A;;GA;;;SY)")
        .setAppContainerSid("S-1-15-2-1")
        .setPeerVerifierTimeout(Duration.ofMillis(6))
        .setIdleTimeout(Duration.ofMillis(1))
        .setReadIdleTimeout(Duration.ofMillis(2))
        .setWriteIdleTimeout(Duration.ofMillis(3))
        .setLingerTimeout(Duration.ofMillis(4))
        .setWriteQueueMaxSize(5)
        .setMessageMode(true)
        .setMaxMessageSize(77)
        .setOversizedMessages(OversizedMessages.DISCARD)
        .setZeroLengthMessages(ZeroLengthMessages.END_OF_STREAM)
        .setWriteQueueMaxMessages(88)
        .setPeerVerifierTimeout(Duration.ofMillis(6))
        .setMetricsName("m");
  }

  @Test
  void everyOptionSurvivesJsonAndACopy() {
    JsonObject json = unusual().toJson();
    assertEquals(json, new NamedPipeServerOptions(new JsonObject(json.encode())).toJson());
    assertEquals(json, new NamedPipeServerOptions(unusual()).toJson());
    for (String name : json.fieldNames()) {
      assertFalse(json.getValue(name).equals(new NamedPipeServerOptions().toJson().getValue(name)), name);
    }
  }

  @Test
  void jsonIsInMillisecondsAndKeepsDefaultsOfWhatItDoesNotName() {
    NamedPipeServerOptions options = new NamedPipeServerOptions(new JsonObject().put("idleTimeout", 1500));
    assertEquals(Duration.ofMillis(1500), options.getIdleTimeout());
    assertEquals(255, options.getMaxInstances());
  }

  @Test
  void valuesOutOfBoundsAreRefusedNamingTheOption() {
    NamedPipeServerOptions options = new NamedPipeServerOptions();
    assertRefused("S-1-15-2-", () -> options.setAppContainerSid("S-1-5-18"));
    assertRefused("peerVerifierTimeout", () -> options.setPeerVerifierTimeout(Duration.ZERO));
    assertRefused("maxInstances", () -> options.setMaxInstances(0));
    assertRefused("maxMessageSize", () -> options.setMaxMessageSize(0));
    assertRefused("writeQueueMaxMessages", () -> options.setWriteQueueMaxMessages(0));
    assertRefused("maxInstances", () -> options.setMaxInstances(256));
    assertRefused("pendingInstances", () -> options.setPendingInstances(0));
    assertRefused("pendingInstances", () -> options.setPendingInstances(255));
    assertRefused("maxPendingInstances", () -> options.setMaxPendingInstances(0));
    assertRefused("maxPendingInstances", () -> options.setMaxPendingInstances(255));
    assertRefused("maxConnections", () -> options.setMaxConnections(0));
    assertRefused("inboundBufferBytes", () -> options.setInboundBufferBytes(-1));
    assertRefused("outboundBufferBytes", () -> options.setOutboundBufferBytes(-1));
    assertRefused("writeQueueMaxSize", () -> options.setWriteQueueMaxSize(0));
    assertRefused("idleTimeout", () -> options.setIdleTimeout(Duration.ofMillis(-1)));
    assertRefused("readIdleTimeout", () -> options.setReadIdleTimeout(Duration.ofNanos(-1)));
    assertRefused("writeIdleTimeout", () -> options.setWriteIdleTimeout(Duration.ofDays(366)));
    assertRefused("lingerTimeout", () -> options.setLingerTimeout(Duration.ofMillis(-1)));
    assertRefused("securityDescriptor", () -> options.setSecurityDescriptor(" "));
    assertRefused("maxInstances", () -> new NamedPipeServerOptions(new JsonObject().put("maxInstances", 256)));
    assertThrows(NullPointerException.class, () -> options.setSecurityPreset(null));
    assertThrows(NullPointerException.class, () -> options.setIdleTimeout(null));
    assertEquals(new NamedPipeServerOptions().toJson(), options.toJson());
  }

  private static void assertRefused(String option, Executable setter) {
    String message = assertThrows(IllegalArgumentException.class, setter).getMessage();
    assertTrue(message.contains(option), message);
  }
}
