// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.NamedPipeException;
import dev.npipe.channel.WaitPolicy;
import io.vertx.core.Future;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectingIT extends PipeRig {

  private NamedPipeClient client(Duration timeout, boolean waitForServer) {
    return NamedPipeClient.create(vertx,
        new NamedPipeClientOptions().setConnectTimeout(timeout)
            .setWhenMissing(waitForServer ? WaitPolicy.WAIT : WaitPolicy.FAIL_FAST));
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
    assertRefused(client(Duration.ofSeconds(2), true).connect(name), "ERROR_FILE_NOT_FOUND");
  }

  @Test
  void aServerAtItsInstanceLimitIsBusyUntilAClientLeaves() throws Exception {
    NamedPipeServer server = NamedPipeServer.create(vertx, new NamedPipeServerOptions().setMaxInstances(1))
        .connectHandler(socket -> { });
    await(server.listen(name));
    NamedPipeSocket first = await(client(Duration.ofSeconds(20), false).connect(name));
    assertRefused(client(Duration.ofSeconds(2), false).connect(name), "ERROR_PIPE_BUSY");
    // A server at its limit is missing for a moment when its last client leaves (law 3).
    Future<NamedPipeSocket> patient = client(Duration.ofSeconds(20), true).connect(name);
    assertFalse(patient.isComplete());
    await(first.close());
    await(patient);
  }

  @Test
  void whoIsNotToWaitForABusyServerFailsAtOnce() throws Exception {
    await(NamedPipeServer.create(vertx, new NamedPipeServerOptions().setMaxInstances(1))
        .connectHandler(socket -> { }).listen(name));
    await(client(Duration.ofSeconds(20), false).connect(name));
    NamedPipeClient hasty = NamedPipeClient.create(vertx,
        new NamedPipeClientOptions().setConnectTimeout(Duration.ofDays(1)).setWhenBusy(WaitPolicy.FAIL_FAST));
    assertRefused(hasty.connect(name), "ERROR_PIPE_BUSY");
  }

  @Test
  void manyWhoWaitForOnePlaceAllComeToTheirTurn() throws Exception {
    await(NamedPipeServer.create(vertx, new NamedPipeServerOptions().setMaxInstances(1))
        .connectHandler(socket -> socket.handler(socket::write)).listen(name));
    NamedPipeClient client = client(Duration.ofSeconds(30), true);
    int threads = ManagementFactory.getThreadMXBean().getThreadCount();
    List<Future<Void>> visits = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      visits.add(client.connect(name).compose(NamedPipeSocket::close));
    }
    for (Future<Void> visit : visits) {
      await(visit);
    }
    int started = ManagementFactory.getThreadMXBean().getThreadCount() - threads;
    assertTrue(started <= 8 + 4, () -> started + " threads");
  }

  @Test
  void aConnectIsTriedAgainAsOftenAsAskedFor() throws Exception {
    NamedPipeClientOptions options = new NamedPipeClientOptions()
        .setReconnectAttempts(3).setReconnectInterval(Duration.ofMillis(50));
    long began = System.nanoTime();
    assertRefused(NamedPipeClient.create(vertx, options).connect(name), "ERROR_FILE_NOT_FOUND");
    assertTrue(System.nanoTime() - began >= Duration.ofMillis(150).toNanos());
    Future<NamedPipeSocket> patient =
        NamedPipeClient.create(vertx, options.setReconnectAttempts(-1)).connect(name);
    vertx.setTimer(200, later -> NamedPipeServer.create(vertx).connectHandler(socket -> { }).listen(name));
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
