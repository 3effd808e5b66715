// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.HandleAdoption;
import dev.npipe.channel.NamedPipeChannel;
import dev.npipe.channel.NamedPipeIoHandler;
import dev.npipe.channel.NamedPipeServerChannel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;

/** What the API does on an operating system that has no named pipes. */
@DisabledOnOs(OS.WINDOWS)
class UnavailableTest {

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static void assertUnsupported(Future<?> future) {
    Throwable cause = assertThrows(ExecutionException.class, () -> await(future)).getCause();
    assertInstanceOf(UnsupportedOperationException.class, cause);
    assertTrue(cause.getMessage().contains("Windows"), cause.getMessage());
  }

  @Test
  void saysThatThereAreNoPipesAndWhy() {
    assertFalse(NamedPipes.isAvailable());
    assertTrue(NamedPipes.unavailabilityCause().getMessage().contains("Windows"));
    assertThrows(UnsupportedOperationException.class, NamedPipes::ensureAvailable);
  }

  @Test
  void listenFailsAndTheServerCanStillBeClosed() throws Exception {
    NamedPipeServer server = NamedPipeServer.create(vertx).connectHandler(socket -> { });
    assertUnsupported(server.listen("nowhere"));
    assertNull(server.path());
    assertUnsupported(server.listen("nowhere"));
    await(server.close());
  }

  @Test
  void connectFailsAndTheClientCanStillBeClosed() throws Exception {
    NamedPipeClient client = NamedPipeClient.create(vertx);
    assertUnsupported(client.connect("nowhere"));
    await(client.close());
  }

  private static void assertUnsupported(Executable action) {
    String message = assertThrows(UnsupportedOperationException.class, action).getMessage();
    assertEquals(NamedPipes.unavailabilityCause().getMessage(), message);
  }

  @Test
  void whateverElseBeginsWithAPipeFailsWithTheSameReason() {
    assertUnsupported(NamedPipes.adopt(vertx, 42));
    assertUnsupported(NamedPipes.pair(vertx));
    assertUnsupported(NamedPipes.list(vertx));
    assertUnsupported(() -> NamedPipes.list());
    assertUnsupported(() -> NamedPipes.standardHandle(StandardStream.INPUT));
    assertUnsupported(() -> NamedPipeIoHandler.newFactory());
    assertUnsupported(() -> HandleAdoption.system());
    assertUnsupported(() -> new NamedPipeServerChannel());
    assertUnsupported(() -> new NamedPipeChannel());
  }

  @Test
  void misuseIsStillToldBeforeAnythingElse() {
    NamedPipeServer server = NamedPipeServer.create(vertx);
    assertThrows(IllegalStateException.class, () -> server.listen("nowhere"));
    server.connectHandler(socket -> { });
    assertThrows(IllegalArgumentException.class, () -> server.listen("\\\\elsewhere\\pipe\\name"));
    for (String name : new String[] {"", "\\\\.\\pipe\\", "C:\\file", "a\0b", "x".repeat(256)}) {
      assertThrows(IllegalArgumentException.class, () -> server.listen(name), name);
      assertThrows(IllegalArgumentException.class, () -> NamedPipeClient.create(vertx).connect(name), name);
    }
    assertThrows(NullPointerException.class, () -> server.listen(null));
    assertEquals(null, server.path());
  }
}
