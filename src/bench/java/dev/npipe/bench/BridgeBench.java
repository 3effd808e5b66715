// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import dev.npipe.NamedPipeClient;
import dev.npipe.eventbus.NamedPipeEventBusBridge;
import dev.npipe.transport.NamedPipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.StreamChannel;
import io.vertx.ext.bridge.BridgeOptions;
import io.vertx.ext.bridge.PermittedOptions;
import io.vertx.ext.eventbus.bridge.tcp.TcpEventBusBridge;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The event-bus bridge over a pipe beside that over TCP, in one JVM, in turns. Each has a Vert.x for the bridge and one
 * for its clients, with one event loop each.
 *
 * <p>Arguments: how many rounds, and how many seconds each measurement takes.
 */
public final class BridgeBench {

  private static final int WARMUP_ROUNDS = 2;
  private static final int WINDOW = 16;
  private static final int[] CONNECTIONS = {1, 50};

  private BridgeBench() {
  }

  /** How clients come to a bridge. */
  private record Way(String name, Vertx vertx, Supplier<Future<? extends StreamChannel>> connect) {
  }

  /**
   * Measures, and writes the medians.
   *
   * @param args see the class
   * @throws Exception when something fails
   */
  public static void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(args[0]);
    double seconds = Double.parseDouble(args[1]);
    List<Way> ways = List.of(tcp(), pipe("pipe", true), pipe("pipe-shared", false));
    Map<String, List<Double>> rates = new LinkedHashMap<>();
    for (int round = -WARMUP_ROUNDS; round < rounds; round++) {
      for (int connections : CONNECTIONS) {
        for (boolean publish : new boolean[] {false, true}) {
          for (Way way : ways) {
            double rate = measure(way, connections, publish, seconds);
            String name = (publish ? "publish" : "request-reply") + " x " + connections;
            if (round >= 0) {
              rates.computeIfAbsent(name + " " + way.name, key -> new ArrayList<>()).add(rate);
              System.err.printf(Locale.ROOT, "round %d  %-20s %-12s %8.0f /s%n", round + 1, name, way.name, rate);
            }
          }
        }
      }
    }
    print(rates, ways);
    System.exit(0);
  }

  private static void print(Map<String, List<Double>> rates, List<Way> ways) {
    System.out.printf("%-20s", "per second, median");
    ways.forEach(way -> System.out.printf("%14s", way.name));
    ways.stream().skip(1).forEach(way -> System.out.printf("%20s", way.name + " / " + ways.get(0).name));
    System.out.println();
    for (String name : List.of("request-reply x 1", "request-reply x 50", "publish x 1", "publish x 50")) {
      System.out.printf("%-20s", name);
      double[] medians = new double[ways.size()];
      for (int i = 0; i < medians.length; i++) {
        double[] sorted = rates.get(name + " " + ways.get(i).name).stream().mapToDouble(r -> r).sorted().toArray();
        medians[i] = sorted[sorted.length / 2];
        System.out.printf(Locale.ROOT, "%14.0f", medians[i]);
      }
      for (int i = 1; i < medians.length; i++) {
        System.out.printf(Locale.ROOT, "%20.2f", medians[i] / medians[0]);
      }
      System.out.println();
    }
  }

  private static double measure(Way way, int connections, boolean publish, double seconds) throws Exception {
    List<BridgeLoad> loads = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      StreamChannel channel = onClientLoop(way.vertx, way.connect);
      loads.add(new BridgeLoad(way.vertx, channel, publish, publish ? WINDOW : 1, "bench." + i));
    }
    for (BridgeLoad load : loads) {
      load.ready().await(1, TimeUnit.MINUTES);
    }
    long began = System.nanoTime();
    loads.forEach(BridgeLoad::start);
    Future.future(done -> way.vertx.setTimer((long) (seconds * 1000), fired -> done.complete()))
        .await(5, TimeUnit.MINUTES);
    long done = loads.stream().mapToLong(BridgeLoad::done).sum();
    double rate = done / ((System.nanoTime() - began) / 1e9);
    for (BridgeLoad load : loads) {
      load.stop().await(1, TimeUnit.MINUTES);
    }
    return rate;
  }

  private static StreamChannel onClientLoop(Vertx vertx, Supplier<Future<? extends StreamChannel>> connect)
      throws Exception {
    return Future.<StreamChannel>future(done -> vertx.runOnContext(now ->
        connect.get().onComplete(socket -> {
          socket.pause();
          done.complete(socket);
        }, done::fail))).await(1, TimeUnit.MINUTES);
  }

  private static BridgeOptions options() {
    return new BridgeOptions().addInboundPermitted(new PermittedOptions()).addOutboundPermitted(new PermittedOptions());
  }

  private static Vertx echoing(Vertx vertx) {
    vertx.eventBus().consumer("echo", message -> message.reply(message.body()));
    return vertx;
  }

  private static VertxOptions oneLoop() {
    return new VertxOptions().setEventLoopPoolSize(1);
  }

  private static Way tcp() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    TcpEventBusBridge.create(echoing(Vertx.vertx(oneLoop())), options()).listen(port, "127.0.0.1")
        .await(1, TimeUnit.MINUTES);
    Vertx clients = Vertx.vertx(oneLoop());
    var client = clients.createNetClient();
    return new Way("tcp", clients, () -> client.connect(port, "127.0.0.1"));
  }

  private static Way pipe(String name, boolean inLoop) throws Exception {
    String pipe = "npipe-bench-bridge-" + name + "-" + ProcessHandle.current().pid();
    NamedPipeEventBusBridge.create(echoing(vertx(inLoop)), options()).listen(pipe).await(1, TimeUnit.MINUTES);
    Vertx clients = vertx(inLoop);
    NamedPipeClient client = NamedPipeClient.create(clients);
    return new Way(name, clients, () -> client.connect(pipe));
  }

  private static Vertx vertx(boolean inLoop) {
    return Vertx.builder().with(oneLoop()).withTransport(NamedPipeTransport.create().setInLoop(inLoop)).build();
  }
}
