// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.NamedPipeException;
import io.vertx.core.Future;
import java.net.ConnectException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConnectingIT extends PipeRig {

  private NamedPipeClient client(Duration timeout, boolean waitForServer) {
    return NamedPipeClient.create(vertx,
        new NamedPipeClientOptions().setConnectTimeout(timeout).setWaitForServer(waitForServer));
  }

  private static void assertRefused(Future<?> connect, String error) throws Exception {
    Throwable cause = failure(connect);
    assertInstanceOf(NamedPipeException.class, cause);
    assertEquals(error, ((NamedPipeException) cause).errorName());
    assertInstanceOf(ConnectException.class, cause.getCause());
  }

  @Test
  void connectingToNobodyFailsAtOnce() throws Exception {
    assertRefused(client(Duration.ofDays(1), false).connect(name), "ERROR_FILE_NOT_FOUND");
  }

  @Test
  void aServerThatIsWaitedForIsFoundWhenItComes() throws Exception {
    NamedPipeClient client = client(Duration.ofSeconds(20), true);
    Future<NamedPipeSocket> connect = client.connect(name);
    vertx.setTimer(200, later -> NamedPipeServer.create(vertx).connectHandler(socket -> { }).listen(name));
    await(connect);
  }

  @Test
  void aServerIsWaitedForUntilTheConnectTimeout() throws Exception {
    assertRefused(client(Duration.ofMillis(300), true).connect(name), "ERROR_FILE_NOT_FOUND");
  }

  @Test
  void aServerAtItsInstanceLimitIsBusyUntilAClientLeaves() throws Exception {
    NamedPipeServer server = NamedPipeServer.create(vertx, new NamedPipeServerOptions().setMaxInstances(1))
        .connectHandler(socket -> { });
    await(server.listen(name));
    NamedPipeSocket first = await(client(Duration.ofSeconds(20), false).connect(name));
    assertRefused(client(Duration.ofMillis(300), false).connect(name), "ERROR_PIPE_BUSY");
    Future<NamedPipeSocket> patient = client(Duration.ofSeconds(20), false).connect(name);
    assertFalse(patient.isComplete());
    await(first.close());
    await(patient);
  }

  @Test
  void closingTheClientFailsItsConnectsInProgress() throws Exception {
    NamedPipeClient client = client(Duration.ofHours(1), true);
    Future<NamedPipeSocket> connect = client.connect(name);
    await(client.close());
    assertInstanceOf(IllegalStateException.class, failure(connect));
    assertInstanceOf(IllegalStateException.class, failure(client.connect(name)));
  }

  @Test
  void badNamesThrow() {
    NamedPipeClient client = client(Duration.ofSeconds(1), false);
    for (String bad : new String[] {"", "\\\\.\\pipe\\", "C:\\file", "a\0b", "x".repeat(248)}) {
      String message = assertThrows(IllegalArgumentException.class, () -> client.connect(bad), bad).getMessage();
      assertTrue(message.startsWith("Not the name of a pipe"), message);
    }
    assertThrows(NullPointerException.class, () -> client.connect(null));
  }
}
