// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import dev.npipe.NamedPipeClient;
import dev.npipe.NamedPipeServer;
import dev.npipe.NamedPipeSocket;
import dev.npipe.transport.NamedPipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * This library's peer of the benchmark; command line, warm-up and output as described in {@code src/bench/c/peer.c}.
 *
 * <p>A client has one event loop, as the other peers do. It waits at a completion port of its own, unless the system
 * property {@code shared} is {@code true}.
 */
public final class Peer {

  private static final int WARMUP_ROUND_TRIPS = 20_000;
  private static final long CLIENT_MINUTES = 10;

  private Peer() {
  }

  /**
   * Runs the peer.
   *
   * @param args see the class
   * @throws Exception when something fails; the process then ends with an error
   */
  public static void main(String[] args) throws Exception {
    Vertx vertx = Vertx.builder()
        .with(new VertxOptions().setEventLoopPoolSize(1))
        .withTransport(NamedPipeTransport.create().setInLoop(!Boolean.getBoolean("shared")))
        .build();
    if (args.length == 2 && args[0].equals("server")) {
      serve(vertx, args[1]);
      return;
    }
    Future<String> result;
    if (args.length == 5 && args[0].equals("pingpong")) {
      int trips = Integer.parseInt(args[2]);
      result = pingPong(vertx, args[1], trips, Integer.parseInt(args[3]), Integer.parseInt(args[4]));
    } else if (args.length == 4 && args[0].equals("stream")) {
      result = stream(vertx, args[1], Long.parseLong(args[2]) << 20, Integer.parseInt(args[3]));
    } else {
      throw new IllegalArgumentException("server PIPE | pingpong PIPE ITERATIONS SIZE CONNECTIONS"
          + " | stream PIPE TOTAL_MIB CHUNK");
    }
    System.out.println(result.await(CLIENT_MINUTES, TimeUnit.MINUTES));
    System.exit(0);
  }

  private static void serve(Vertx vertx, String pipe) throws Exception {
    NamedPipeServer server = NamedPipeServer.create(vertx).connectHandler(Peer::echo);
    server.listen(pipe).await(1, TimeUnit.MINUTES);
    System.out.println("ready");
    Thread.currentThread().join();
  }

  private static void echo(NamedPipeSocket socket) {
    socket.exceptionHandler(gone -> { });
    socket.handler(received -> {
      socket.write(received);
      if (socket.writeQueueFull()) {
        socket.pause();
        socket.drainHandler(drained -> socket.resume());
      }
    });
  }

  private static double warmupSeconds() {
    String seconds = System.getenv("WARMUP");
    return seconds == null ? 5 : Double.parseDouble(seconds);
  }

  /** Runs on the one event loop, so that the measurement needs no locks. */
  private static Future<List<NamedPipeSocket>> connect(Vertx vertx, String pipe, int connections) {
    NamedPipeClient client = NamedPipeClient.create(vertx);
    Future<List<NamedPipeSocket>> connected = Future.succeededFuture(new ArrayList<>());
    for (int i = 0; i < connections; i++) {
      connected = connected.compose(sockets -> client.connect(pipe).map(socket -> {
        sockets.add(socket);
        return sockets;
      }));
    }
    return connected;
  }

  private static Future<String> pingPong(Vertx vertx, String pipe, int trips, int size, int connections) {
    return onEventLoop(vertx, () -> connect(vertx, pipe, connections).compose(sockets -> {
      PingPong pingPong = new PingPong(sockets, size);
      Future<PingPong.Result> warm = warmupSeconds() > 0
          ? pingPong.run(WARMUP_ROUND_TRIPS, warmupSeconds())
          : Future.succeededFuture();
      return warm.compose(warmedUp -> pingPong.run(trips, 0)).map(PingPong.Result::line);
    }));
  }

  private static Future<String> stream(Vertx vertx, String pipe, long total, int chunk) {
    return onEventLoop(vertx, () -> connect(vertx, pipe, 1).compose(sockets -> {
      Stream stream = new Stream(sockets.get(0), chunk);
      Future<String> warm = warmupSeconds() > 0
          ? stream.run((long) WARMUP_ROUND_TRIPS * chunk, warmupSeconds())
          : Future.succeededFuture();
      return warm.compose(warmedUp -> stream.run(total, 0));
    }));
  }

  private static <T> Future<T> onEventLoop(Vertx vertx, Supplier<Future<T>> work) {
    return Future.future(promise -> vertx.getOrCreateContext()
        .runOnContext(here -> work.get().onComplete(promise)));
  }
}
