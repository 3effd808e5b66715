// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.NamedPipeClient;
import dev.npipe.NamedPipeClientOptions;
import dev.npipe.NamedPipeServer;
import dev.npipe.NamedPipeServerOptions;
import dev.npipe.NamedPipeSocket;
import dev.npipe.channel.SimulatedPipes;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** The two ends of a connection of this library's API, on a simulated kernel and on any operating system. */
final class SimulatedSockets {

  static final int PATIENCE_SECONDS = 20;
  private static final String NAME = "simulated";
  private static final int MOST_IN_ONE_WRITE = 256 * 1024;

  final NamedPipeSocket serverEnd;
  final NamedPipeSocket clientEnd;
  private final SimulatedPipes pipes;
  private final NamedPipeServer server;
  private final NamedPipeClient client;

  /** Both are paused. */
  SimulatedSockets(Vertx vertx, long seed, NamedPipeServerOptions serverOptions, NamedPipeClientOptions clientOptions)
      throws Exception {
    pipes = new SimulatedPipes(seed);
    PipeChannels channels = new PipeChannels(pipes::newServer, pipes::newClient);
    Promise<NamedPipeSocket> accepted = Promise.promise();
    server = new NamedPipeServerImpl(vertx, serverOptions, channels)
        .connectHandler(socket -> accepted.complete(socket.pause()));
    client = new NamedPipeClientImpl(vertx, clientOptions, channels);
    await(server.listen(NAME));
    clientEnd = await(client.connect(NAME).map(NamedPipeSocket::pause));
    serverEnd = await(accepted.future());
  }

  NamedPipeServer server() {
    return server;
  }

  static SimulatedSockets ofBytes(Vertx vertx, long seed) throws Exception {
    return new SimulatedSockets(vertx, seed, new NamedPipeServerOptions(), new NamedPipeClientOptions());
  }

  static SimulatedSockets ofMessages(Vertx vertx, long seed) throws Exception {
    return new SimulatedSockets(vertx, seed, new NamedPipeServerOptions().setMessageMode(true),
        new NamedPipeClientOptions().setMessageMode(true));
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** What a future fails with, null when it does not. */
  static Throwable failure(Future<?> future) throws Exception {
    return await(future.transform(done -> Future.succeededFuture(done.cause())));
  }

  /** What has not come was lost; the write that was cancelled counts whole, though the peer may have read a part. */
  static void assertLossOf(long sent, long received, long lost) {
    long twice = received + lost - sent;
    assertTrue(twice >= 0 && twice < MOST_IN_ONE_WRITE, () -> received + " received and " + lost + " lost of " + sent);
  }

  /** Closes both, and waits until nothing is left of them. */
  void end() throws Exception {
    close();
    leaveNothing();
  }

  void close() throws Exception {
    await(client.close());
    await(server.close());
    pipes.close();
  }

  void leaveNothing() throws Exception {
    leaveNothing(pipes);
  }

  /** Waits until nothing is left, which takes as long as the poller waits for others to come. */
  static void leaveNothing(SimulatedPipes pipes) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (pipes.isPolling() || !pipes.leftovers().isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("Left over: " + pipes.leftovers());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }
}
