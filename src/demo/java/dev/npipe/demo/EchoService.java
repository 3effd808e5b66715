// SPDX-License-Identifier: Apache-2.0
package dev.npipe.demo;

import dev.npipe.NamedPipeServer;
import dev.npipe.NamedPipeSocket;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VerticleBase;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The demonstration: a Vert.x verticle that sends back, on a pipe, whatever it is sent.
 */
public final class EchoService extends VerticleBase {

  private final String pipe;
  private final AtomicInteger clients = new AtomicInteger();

  private EchoService(String pipe) {
    this.pipe = pipe;
  }

  /**
   * Runs the service until its standard input ends.
   *
   * @param args the name of the pipe
   * @throws Exception when the service cannot start
   */
  public static void main(String[] args) throws Exception {
    Vertx vertx = Vertx.vertx();
    vertx.deployVerticle(new EchoService(args[0])).await(1, TimeUnit.MINUTES);
    while (System.in.read() >= 0) {
      continue;
    }
    vertx.close().await(1, TimeUnit.MINUTES);
  }

  @Override
  public Future<?> start() {
    return NamedPipeServer.create(vertx)
        .connectHandler(this::serve)
        .exceptionHandler(failure -> System.out.println("accept failed: " + failure.getMessage()))
        .listen(pipe)
        .onSuccess(server -> System.out.println("ready " + server.path()));
  }

  private void serve(NamedPipeSocket socket) {
    int client = clients.incrementAndGet();
    System.out.println("client " + client + " connected");
    socket.closeHandler(closed -> System.out.println("client " + client + " closed (" + socket.closeReason() + ")"));
    // The pipe pauses the reading while the client does not read what it is sent.
    socket.pipeTo(socket);
  }
}
