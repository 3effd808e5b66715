// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.ExpectedServer;
import dev.npipe.channel.ImpersonationLevel;
import dev.npipe.channel.OversizedMessages;
import dev.npipe.channel.WaitPolicy;
import dev.npipe.channel.ZeroLengthMessages;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NamedPipeClientOptionsTest {

  @Test
  void defaultsAreSecureAndFailFast() {
    NamedPipeClientOptions options = new NamedPipeClientOptions();
    assertEquals(ImpersonationLevel.IDENTIFICATION, options.getImpersonationLevel());
    assertEquals(WaitPolicy.FAIL_FAST, options.getWhenMissing());
    assertEquals(WaitPolicy.WAIT, options.getWhenBusy());
    assertEquals(0, options.getReconnectAttempts());
    assertEquals(Duration.ofSeconds(10), options.getConnectTimeout());
  }

  @Test
  void everyOptionSurvivesJsonAndACopy() {
    NamedPipeClientOptions unusual = new NamedPipeClientOptions()
        .setConnectTimeout(Duration.ofMillis(1))
        .setImpersonationLevel(ImpersonationLevel.ANONYMOUS)
        .setWhenBusy(WaitPolicy.FAIL_FAST)
        .setWhenMissing(WaitPolicy.WAIT)
        .setReconnectAttempts(-1)
        .setReconnectInterval(Duration.ofMillis(9))
        .setExpectServer(ExpectedServer.sid("S-1-5-18"))
        .setIdleTimeout(Duration.ofMillis(2))
        .setReadIdleTimeout(Duration.ofMillis(3))
        .setWriteIdleTimeout(Duration.ofMillis(4))
        .setLingerTimeout(Duration.ofMillis(5))
        .setWriteQueueMaxSize(6)
        .setMessageMode(true)
        .setMaxMessageSize(77)
        .setOversizedMessages(OversizedMessages.DISCARD)
        .setZeroLengthMessages(ZeroLengthMessages.END_OF_STREAM)
        .setWriteQueueMaxMessages(88)
        .setMetricsName("m");
    JsonObject json = unusual.toJson();
    for (String option : json.fieldNames()) {
      assertFalse(json.getValue(option).equals(new NamedPipeClientOptions().toJson().getValue(option)), option);
    }
    assertEquals(json, new NamedPipeClientOptions(new JsonObject(json.encode())).toJson());
    assertEquals(json, new NamedPipeClientOptions(unusual).toJson());
    assertEquals(json.encode(), unusual.toString());
  }

  @Test
  void valuesOutOfBoundsAreRefusedNamingTheOption() {
    NamedPipeClientOptions options = new NamedPipeClientOptions();
    for (Duration refused : new Duration[] {Duration.ZERO, Duration.ofMillis(-1), Duration.ofDays(21)}) {
      String message = assertThrows(IllegalArgumentException.class, () -> options.setConnectTimeout(refused))
          .getMessage();
      assertTrue(message.contains("connectTimeout"), message);
    }
    assertThrows(IllegalArgumentException.class,
        () -> new NamedPipeClientOptions(new JsonObject().put("expectServer", "S-1-5-oops")));
    assertThrows(NullPointerException.class, () -> options.setConnectTimeout(null));
    assertThrows(IllegalArgumentException.class, () -> options.setReconnectAttempts(-2));
    assertThrows(IllegalArgumentException.class, () -> options.setReconnectInterval(Duration.ZERO));
    assertThrows(NullPointerException.class, () -> options.setImpersonationLevel(null));
    assertThrows(IllegalArgumentException.class,
        () -> new NamedPipeClientOptions(new JsonObject().put("impersonationLevel", "ALL")));
    assertEquals(new NamedPipeClientOptions().toJson(), options.toJson());
  }
}
