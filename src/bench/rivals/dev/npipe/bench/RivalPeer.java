// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The peers of the benchmark that are other Java libraries; command line, warm-up and output as described in
 * {@code src/bench/c/peer.c}. The system property {@code kind} says which {@link Rival} it is.
 */
public final class RivalPeer {

  private static final int WARMUP_ROUND_TRIPS = 20_000;
  private static final int MEBIBYTE = 1 << 20;

  private RivalPeer() {
  }

  private interface Work<N> {
    String run(N times, double limitSeconds) throws Exception;
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
    Rival rival = Rival.named(System.getProperty("kind"));
    String path = args[1].contains("\\") || args[1].contains("/") ? args[1] : "\\\\.\\pipe\\" + args[1];
    int[] numbers = new int[args.length - 2];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Integer.parseInt(args[i + 2]);
    }
    switch (args[0] + " " + numbers.length) {
      case "server 0" -> new BlockingServer(0).serve(rival.listen(path));
      case "sink 1" -> new BlockingServer(numbers[0]).serve(rival.listen(path));
      case "idle 1" -> idle(new BlockingClient(rival, path), numbers[0]);
      default -> System.out.println(client(new BlockingClient(rival, path), args[0], numbers));
    }
    System.exit(0);
  }

  private static IllegalArgumentException usage() {
    return new IllegalArgumentException("server PIPE | sink PIPE ANSWER | pingpong PIPE ITERATIONS SIZE CONNECTIONS"
        + " | stream|oneway|duplex PIPE TOTAL_MIB CHUNK | connect PIPE ITERATIONS SIZE | idle PIPE CONNECTIONS");
  }

  private static String client(BlockingClient client, String command, int[] numbers) throws Exception {
    switch (command + " " + numbers.length) {
      case "pingpong 3" -> {
        List<Socket> sockets = client.connect(numbers[2]);
        return warmThen((trips, limit) -> client.pingPong(sockets, numbers[1], trips, limit), WARMUP_ROUND_TRIPS,
            numbers[0]);
      }
      case "stream 2", "oneway 2", "duplex 2" -> {
        long answer = command.equals("stream") ? 0 : command.equals("oneway") ? 1 : MEBIBYTE;
        Socket socket = client.connect(1).get(0);
        long warmUp = Math.max(1, (long) WARMUP_ROUND_TRIPS * numbers[1] / MEBIBYTE) * MEBIBYTE;
        return warmThen((total, limit) -> client.stream(socket, numbers[1], answer, total, limit), warmUp,
            (long) numbers[0] * MEBIBYTE);
      }
      case "connect 2" -> {
        return warmThen((connections, limit) -> client.connectRate(numbers[1], connections, limit),
            WARMUP_ROUND_TRIPS, numbers[0]);
      }
      default -> throw usage();
    }
  }

  private static <N> String warmThen(Work<N> work, N mostToWarmUp, N times) throws Exception {
    String limit = System.getenv("WARMUP");
    double seconds = limit == null ? 5 : Double.parseDouble(limit);
    if (seconds > 0) {
      work.run(mostToWarmUp, seconds);
    }
    return work.run(times, 0);
  }

  private static void idle(BlockingClient client, int connections) throws Exception {
    CountDownLatch killed = new CountDownLatch(1);
    List<Socket> open = new ArrayList<>();
    connect(client, open, IdleClient.BASE);
    Memory base = Memory.now();
    System.out.println("base");
    killed.await(IdleClient.PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    connect(client, open, connections);
    System.out.println("connections=" + connections + " " + Memory.now().grownSince(base, connections));
    killed.await();
    throw new AssertionError(open);
  }

  private static void connect(BlockingClient client, List<Socket> open, int count) throws Exception {
    byte[] payload = new byte[64];
    for (Socket socket : client.connect(count)) {
      BlockingClient.roundTrip(socket, payload, new byte[payload.length]);
      open.add(socket);
    }
  }
}
