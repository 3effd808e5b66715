// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.SimulatedIdentity;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Code that runs in the name of a client, or does not run at all. */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class RunAsClientTest {

  private final PipePair pair;
  private final SimulatedIdentity system;
  private NamedPipeChannel client;
  private boolean ran;

  RunAsClientTest(SimulatedWorld.Drivers drivers) {
    pair = new PipePair(21, drivers).listen();
    system = pair.world.kernel.identity;
    system.clientLevel = 2;
  }

  @BeforeEach
  void connect() {
    client = pair.connect();
  }

  @AfterEach
  void theThreadIsItselfAgain() {
    assertFalse(system.isImpersonating());
    client.close();
    pair.end();
  }

  private <T> Future<T> run(Callable<T> code) {
    Future<T> result = pair.child().channel.runAsClient(() -> {
      ran = true;
      return code.call();
    });
    pair.world.settle();
    return result;
  }

  private void assertRefused(int error, Future<?> result) {
    NamedPipeException refusal = assertInstanceOf(NamedPipeException.class, result.cause());
    assertEquals("runAsClient", refusal.operation());
    assertEquals(error, refusal.errorCode());
    assertFalse(ran);
  }

  @Test
  void theCodeRunsAsTheClientAndItsResultComesBack() {
    assertEquals(true, run(system::isImpersonating).getNow());
  }

  @Test
  void whatTheCodeThrowsComesBackAndTheThreadIsItselfAgain() {
    IOException thrown = new IOException("the client may not");
    assertSame(thrown, run(() -> {
      throw thrown;
    }).cause());
  }

  @Test
  void anErrorOfTheCodeComesBackToo() {
    Error thrown = new NoClassDefFoundError("the client may not read it");
    assertSame(thrown, run(() -> {
      throw thrown;
    }).cause());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aClientThatDoesNotAllowItIsNotActedFor(int level) {
    system.clientLevel = level;
    Future<String> result = run(() -> "never");
    assertRefused(PipeErrors.BAD_IMPERSONATION_LEVEL, result);
    assertTrue(result.cause().getMessage().contains("IMPERSONATION"), result.cause().getMessage());
  }

  @Test
  void beforeAnyByteWasReadAClientThatShowsWithItsDataIsNotActedFor() {
    system.clientShowsWithItsData = true;
    Future<String> result = run(() -> "never");
    assertRefused(PipeErrors.CANNOT_IMPERSONATE, result);
    assertTrue(result.cause().getMessage().endsWith("read first"), result.cause().getMessage());
    pair.send(client, "a byte");
    assertEquals("now", run(() -> "now").getNow());
  }

  @Test
  void afterTheCloseNobodyIsActedFor() {
    pair.child().channel.close();
    pair.world.settle();
    assertRefused(PipeErrors.INVALID_HANDLE, run(() -> "never"));
  }

  @Test
  void aClientHasNobodyToActFor() {
    assertThrows(IllegalStateException.class, () -> client.runAsClient(() -> "never"));
  }

  @Test
  void noCodeIsAMistakeAtOnce() {
    assertThrows(NullPointerException.class, () -> pair.child().channel.runAsClient(null));
  }
}
