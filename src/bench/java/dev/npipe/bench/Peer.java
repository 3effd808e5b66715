// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The Vert.x peers of the benchmark; command line, warm-up and output as described in {@code src/bench/c/peer.c}. The
 * system property {@code kind} says which {@link Kind} it is, {@code memory} for how many idle connections the server
 * tells its memory.
 */
public final class Peer {

  private static final int WARMUP_ROUND_TRIPS = 20_000;
  private static final long CLIENT_MINUTES = 10;
  private static final int MEBIBYTE = 1 << 20;

  private final Kind kind = Kind.named(System.getProperty("kind", "npipe"));
  private final Vertx vertx = kind.newVertx();
  private final Endpoint endpoint = kind.endpoint(vertx);
  private final String pipe;

  private Peer(String pipe) {
    this.pipe = pipe;
  }

  /** A piece of work, as often or for as long as it is told. */
  private interface Work<N> {
    Future<String> run(N times, double limitSeconds);
  }

  /**
   * Runs the peer.
   *
   * @param args see the class
   * @throws Exception when something fails; the process then ends with an error
   */
  public static void main(String[] args) throws Exception {
    if (args.length < 2) {
      throw usage();
    }
    Peer peer = new Peer(args[1]);
    int[] numbers = new int[args.length - 2];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Integer.parseInt(args[i + 2]);
    }
    switch (args[0] + " " + numbers.length) {
      case "server 0" -> peer.serve(Served::echo);
      case "sink 1" -> peer.serve(connection -> Served.sink(connection, numbers[0]));
      case "idle 1" -> {
        print(peer.onEventLoop(() -> new IdleClient(peer.vertx, () -> peer.connect(true)).run(numbers[0])));
        Thread.currentThread().join();
      }
      default -> print(peer.onEventLoop(() -> peer.client(args[0], numbers)));
    }
    System.exit(0);
  }

  private static IllegalArgumentException usage() {
    return new IllegalArgumentException("server PIPE | sink PIPE ANSWER | pingpong PIPE ITERATIONS SIZE CONNECTIONS"
        + " | stream|oneway|duplex PIPE TOTAL_MIB CHUNK | connect PIPE ITERATIONS SIZE | idle PIPE CONNECTIONS"
        + " | channel PIPE ITERATIONS SIZE");
  }

  private static void print(Future<String> result) throws Exception {
    System.out.println(result.await(CLIENT_MINUTES, TimeUnit.MINUTES));
  }

  private void serve(Handler<Connection> served) throws Exception {
    IdleServer idle = new IdleServer(vertx, Integer.getInteger("memory", 0));
    endpoint.listen(pipe, idle::connected, served).await(1, TimeUnit.MINUTES);
    System.out.println("ready");
    Thread.currentThread().join();
  }

  private Future<String> client(String command, int[] numbers) {
    return switch (command + " " + numbers.length) {
      case "pingpong 3" -> connect(numbers[2]).compose(connections -> {
        PingPong pingPong = new PingPong(connections, numbers[1]);
        return warmThen(pingPong::run, WARMUP_ROUND_TRIPS, numbers[0]);
      });
      case "stream 2" -> stream(numbers[0], numbers[1], 0);
      case "oneway 2" -> stream(numbers[0], numbers[1], 1);
      case "duplex 2" -> stream(numbers[0], numbers[1], MEBIBYTE);
      case "connect 2" -> {
        ConnectRate rate = new ConnectRate(() -> connect(true), numbers[1]);
        yield warmThen(rate::run, WARMUP_ROUND_TRIPS, numbers[0]);
      }
      case "channel 2" -> ChannelPingPong.connect(kind.isInLoop(), pipe, numbers[1])
          .compose(channel -> warmThen(channel::run, WARMUP_ROUND_TRIPS, numbers[0]));
      default -> throw usage();
    };
  }

  private Future<String> stream(int mebibytes, int chunk, long answer) {
    return connect(false).compose(connection -> {
      Stream stream = new Stream(connection, chunk, answer);
      long warmUp = (long) WARMUP_ROUND_TRIPS * chunk / MEBIBYTE * MEBIBYTE;
      return warmThen(stream::run, Math.max(MEBIBYTE, warmUp), (long) mebibytes * MEBIBYTE);
    });
  }

  private static <N> Future<String> warmThen(Work<N> work, N mostToWarmUp, N times) {
    String limit = System.getenv("WARMUP");
    double seconds = limit == null ? 5 : Double.parseDouble(limit);
    Future<?> warm = seconds > 0 ? work.run(mostToWarmUp, seconds) : Future.succeededFuture();
    return warm.compose(warmedUp -> work.run(times, 0));
  }

  private Future<Connection> connect(boolean messages) {
    return endpoint.connect(pipe, messages);
  }

  private Future<List<Connection>> connect(int count) {
    Future<List<Connection>> connected = Future.succeededFuture(new ArrayList<>());
    for (int i = 0; i < count; i++) {
      connected = connected.compose(connections -> connect(true).map(connection -> {
        connections.add(connection);
        return connections;
      }));
    }
    return connected;
  }

  /** The measurements run on the one event loop, and need no locks. */
  private Future<String> onEventLoop(Supplier<Future<String>> work) {
    return Future.future(promise -> vertx.getOrCreateContext()
        .runOnContext(here -> work.get().onComplete(promise)));
  }
}
