// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A node of a cluster in a JVM of its own: a bridge on a pipe, somebody at the address of the node's name, and somebody
 * who does not answer but tells everybody that it was asked.
 */
final class ClusterNode {

  private static final int END_SECONDS = 30;

  private final Process process;

  private ClusterNode(Process process) {
    this.process = process;
  }

  /** Starts the node; it is up when its pipe can be connected to. */
  static ClusterNode start(String pipe, String name, int port, int otherPort) throws IOException {
    return new ClusterNode(new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-Djna.nosys=true",
        "-Djava.net.preferIPv4Stack=true", "-Dnpipe.driver=" + Driver.current().withoutTcp(),
        "--add-opens", "java.base/java.lang=ALL-UNNAMED", "--add-opens", "java.base/sun.nio.ch=ALL-UNNAMED",
        "-cp", System.getProperty("java.class.path"), ClusterNode.class.getName(), pipe, name, "" + port,
        "" + otherPort)
        .redirectErrorStream(true)
        .redirectOutput(Path.of("target", "cluster-" + name + ".log").toFile()).start());
  }

  /** Ends it as a crash does. */
  void kill() throws Exception {
    process.destroyForcibly();
    process.waitFor(END_SECONDS, TimeUnit.SECONDS);
  }

  void close() throws Exception {
    kill();
    process.getOutputStream().close();
  }

  private static Config hazelcast(int port, int otherPort) {
    Config config = new Config().setClusterName("npipe-" + Math.min(port, otherPort))
        .setProperty("hazelcast.phone.home.enabled", "false")
        .setProperty("hazelcast.logging.type", "jdk")
        .setProperty("hazelcast.shutdownhook.enabled", "false")
        .addMultiMapConfig(new MultiMapConfig("__vertx.subs").setBackupCount(1).setValueCollectionType("SET"));
    config.getMapConfig("__vertx.haInfo").setBackupCount(1);
    config.getMapConfig("__vertx.nodeInfo").setBackupCount(1);
    NetworkConfig network = config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
    network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).addMember("127.0.0.1:" + port).addMember("127.0.0.1:" + otherPort);
    return config;
  }

  /** What runs there; it ends with its standard input. */
  public static void main(String[] args) throws Exception {
    String node = args[1];
    Vertx vertx = Vertx.builder()
        .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost("127.0.0.1")))
        .withClusterManager(new HazelcastClusterManager(
            hazelcast(Integer.parseInt(args[2]), Integer.parseInt(args[3]))))
        .buildClustered().await(1, TimeUnit.MINUTES);
    vertx.eventBus().consumer(node, message -> message.reply(node + " got " + message.body()));
    vertx.eventBus().consumer(node + ".silent", message -> vertx.eventBus().publish("asked", node));
    JsonArray all = new JsonArray().add(new JsonObject());
    JsonObject bridge = new JsonObject().put("inboundPermitteds", all).put("outboundPermitteds", all);
    vertx.deployVerticle("dev.npipe.verticle.NamedPipeBridgeVerticle", new DeploymentOptions()
        .setConfig(new JsonObject().put("pipe", args[0]).put("bridge", bridge))).await(1, TimeUnit.MINUTES);
    while (System.in.read() >= 0) {
      continue;
    }
    vertx.close().await(1, TimeUnit.MINUTES);
  }
}
