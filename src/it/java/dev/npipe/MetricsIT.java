// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpClientConfig;
import io.vertx.core.net.TcpServerConfig;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.metrics.TransportMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MetricsIT extends PipeRig {

  /** Counts what is reported, and expects the same connection all along. */
  private static final class Recorder implements TransportMetrics<Object> {

    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger disconnected = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicLong read = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private volatile String name;
    private volatile String local;
    private volatile String remote;
    private volatile boolean failing;

    private void mayFail() {
      if (failing) {
        throw new IllegalStateException("metrics");
      }
    }

    @Override
    public Object connected(SocketAddress remoteAddress, String remoteName) {
      mayFail();
      connected.incrementAndGet();
      remote = remoteAddress.toString();
      return this;
    }

    @Override
    public void disconnected(Object connection, SocketAddress remoteAddress) {
      mayFail();
      assertEquals(this, connection);
      disconnected.incrementAndGet();
    }

    @Override
    public void bytesRead(Object connection, SocketAddress remoteAddress, long bytes) {
      mayFail();
      read.addAndGet(bytes);
    }

    @Override
    public void bytesWritten(Object connection, SocketAddress remoteAddress, long bytes) {
      mayFail();
      written.addAndGet(bytes);
    }

    @Override
    public void exceptionOccurred(Object connection, SocketAddress remoteAddress, Throwable failure) {
      mayFail();
      assertEquals(this, connection);
      failures.add(failure);
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  private static final class Recording implements VertxMetrics {

    private final Recorder server = new Recorder();
    private final Recorder client = new Recorder();
    private volatile boolean failing;

    @Override
    public TransportMetrics<?> createTcpServerMetrics(TcpServerConfig config, String protocol, SocketAddress local) {
      if (failing) {
        throw new IllegalStateException("metrics");
      }
      server.name = config.getMetricsName();
      server.local = local.toString();
      return server;
    }

    @Override
    public TransportMetrics<?> createTcpClientMetrics(TcpClientConfig config, String protocol) {
      client.name = config.getMetricsName();
      return client;
    }
  }

  // Made by newVertx, which the superclass calls before this class's initialisers run.
  private Recording metrics;

  @Override
  Vertx newVertx() {
    metrics = new Recording();
    VertxMetricsFactory factory = options -> metrics;
    // The traffic of others would be counted too.
    return Driver.current().withoutTcp().build(Vertx.builder()
        .with(new VertxOptions().setMetricsOptions(new MetricsOptions().setEnabled(true)))
        .withMetrics(factory));
  }

  @Test
  void connectionsAndBytesAreReportedOnBothEnds() throws Exception {
    Pair pair = pair(new NamedPipeServerOptions().setMetricsName("s"),
        new NamedPipeClientOptions().setMetricsName("c"));
    assertTrue(pair.server.isMetricsEnabled());
    assertTrue(pair.client.isMetricsEnabled());
    Box<Buffer> received = read(pair.serverEnd);
    await(pair.clientEnd.write(random(10_000)));
    Box.bytes(received, 10_000);
    await(pair.clientEnd.close());
    await(pair.serverEnd.close());
    await(pair.server.close());
    await(pair.client.close());
    assertFalse(pair.server.isMetricsEnabled());
    for (Recorder recorder : new Recorder[] {metrics.server, metrics.client}) {
      assertEquals(1, recorder.connected.get());
      assertEquals(1, recorder.disconnected.get());
      assertEquals(1, recorder.closed.get());
      assertEquals("\\\\.\\pipe\\" + name, recorder.remote);
    }
    assertEquals("\\\\.\\pipe\\" + name, metrics.server.local);
    assertEquals(10_000, metrics.client.written.get());
    assertEquals(10_000, metrics.server.read.get());
    assertEquals("s", metrics.server.name);
    assertEquals("c", metrics.client.name);
  }

  @Test
  void whatMetricsThrowCostsNoByteAndNoEnd() throws Exception {
    metrics.server.failing = true;
    metrics.client.failing = true;
    Pair pair = pair(new NamedPipeServerOptions(), new NamedPipeClientOptions());
    Box<Buffer> received = read(pair.serverEnd);
    Box<String> ended = new Box<>();
    pair.serverEnd.endHandler(end -> ended.put("ended"));
    await(pair.clientEnd.write(random(10_000)));
    Box.bytes(received, 10_000);
    await(pair.clientEnd.close());
    assertEquals("ended", ended.take());
  }

  @Test
  void aServerWhoseMetricsCannotBeMadeFailsToListenAndLeavesTheName() throws Exception {
    metrics.failing = true;
    NamedPipeServer refused = NamedPipeServer.create(vertx).connectHandler(socket -> { });
    Throwable failure = failure(refused.listen(name));
    assertEquals("metrics", failure.getMessage());
    metrics.failing = false;
    await(NamedPipeServer.create(vertx).connectHandler(socket -> { }).listen(name));
  }

  @Test
  void whatEndsAConnectionIsReportedOnItsEndOnly() throws Exception {
    Pair pair = pair();
    Box<Throwable> told = new Box<>();
    Box<String> ended = new Box<>();
    pair.serverEnd.exceptionHandler(told::put).closeHandler(closed -> ended.put("closed")).resume();
    pair.serverEnd.readDeadline(Duration.ofMillis(100));
    assertEquals("closed", ended.take());
    assertEquals(List.of(told.take()), metrics.server.failures);
    await(pair.clientEnd.close());
    assertEquals(List.of(), metrics.client.failures);
  }
}
