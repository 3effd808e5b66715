// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.NamedPipeException;
import dev.npipe.iocp.PipeKernel;
import dev.npipe.iocp.Win32PipeKernel;
import dev.npipe.transport.NamedPipeTransport;
import dev.npipe.win32.PipeInfo;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrafficShapingOptions;
import java.net.BindException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vert.x's own net server and client, on a pipe. */
class TransportNetIT extends TransportRig {

  private final NetClient client = vertx.createNetClient();

  private NetServer echo(NetServerOptions options, SocketAddress at) throws Exception {
    return await(vertx.createNetServer(options).connectHandler(socket -> socket.handler(socket::write)).listen(at));
  }

  static Box<Buffer> read(NetSocket socket) {
    Box<Buffer> read = new Box<>();
    socket.handler(read::put);
    return read;
  }

  private String echoed(NetClient from, SocketAddress at, String text) throws Exception {
    NetSocket socket = onContext(() -> from.connect(at).map(NetSocket::pause));
    Box<Buffer> echoed = read(socket);
    socket.resume();
    await(socket.write(text));
    String answer = Box.bytes(echoed, text.length()).toString();
    await(socket.close());
    return answer;
  }

  @Test
  void aServerIsFoundUnderEverySpellingOfItsName() throws Exception {
    echo(new NetServerOptions(), SocketAddress.domainSocketAddress("\\\\.\\pipe\\" + name));
    for (String path : new String[] {"\\\\.\\pipe\\" + name, "//./pipe/" + name,
        "npipe:////./pipe/" + name.toUpperCase()}) {
      assertEquals(path, echoed(client, SocketAddress.domainSocketAddress(path), path));
    }
  }

  @Test
  void bothEndsKnowTheirAddresses() throws Exception {
    Box<NetSocket> accepted = new Box<>();
    await(vertx.createNetServer().connectHandler(accepted::put).listen(address));
    NetSocket socket = await(client.connect(address));
    assertEquals(address, socket.remoteAddress());
    assertEquals(address, accepted.take().remoteAddress());
    assertEquals(address, socket.localAddress());
  }

  /** Vert.x's resolver of host names would open a socket on the event loop of whoever connects, which then has two. */
  @Test
  void whoOnlyConnectsToPipesWaitsAtThePortOnly() throws Exception {
    echo(new NetServerOptions(), address);
    Vertx alone = Vertx.builder().with(new VertxOptions().setEventLoopPoolSize(1))
        .withTransport(NamedPipeTransport.create()).build();
    try {
      NetClient connecting = alone.createNetClient();
      assertEquals("over", echoed(connecting, address, "over"));
      Box<Thread> eventLoop = new Box<>();
      alone.runOnContext(here -> eventLoop.put(Thread.currentThread()));
      Thread waiting = eventLoop.take();
      assertTrue(Settling.settled(() -> Arrays.stream(waiting.getStackTrace())
          .anyMatch(frame -> frame.getMethodName().equals("GetQueuedCompletionStatusEx")), atPort -> atPort),
          () -> Arrays.toString(waiting.getStackTrace()));
    } finally {
      await(alone.close());
    }
  }

  @Test
  void aLargeTransferArrivesWholeAndSoDoesAFile(@TempDir Path folder) throws Exception {
    Buffer sent = random(5_000_000);
    Path file = Files.write(folder.resolve("file"), sent.getBytes());
    Box<NetSocket> accepted = new Box<>();
    await(vertx.createNetServer().connectHandler(socket -> accepted.put(socket.pause())).listen(address));
    NetSocket socket = await(client.connect(address));
    NetSocket serverEnd = accepted.take();
    Box<Buffer> received = read(serverEnd);
    serverEnd.resume();
    socket.write(sent);
    await(socket.sendFile(file.toString()));
    assertEquals(sent.copy().appendBuffer(sent), Box.bytes(received, 2 * sent.length()));
    Files.delete(file);
  }

  @Test
  void trafficIsShapedAsThatOfASocket() throws Exception {
    int bytesPerSecond = 200_000;
    Buffer sent = random(3 * bytesPerSecond);
    Box<Long> began = new Box<>();
    NetServerOptions shaped = new NetServerOptions().setTrafficShapingOptions(new TrafficShapingOptions()
        .setOutboundGlobalBandwidth(bytesPerSecond));
    // Vert.x shapes nothing that is written in the connect handler itself, over TCP neither.
    await(vertx.createNetServer(shaped).connectHandler(socket -> socket.handler(asked -> {
      began.put(System.nanoTime());
      socket.write(sent);
    })).listen(address));
    NetSocket socket = onContext(() -> client.connect(address).map(NetSocket::pause));
    Box<Buffer> received = read(socket);
    socket.resume();
    await(socket.write("more"));
    assertEquals(sent, Box.bytes(received, sent.length()));
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began.take());
    assertTrue(millis > 1000, () -> "three times what may be sent in a second came within " + millis + " ms");
  }

  @Test
  void activityIsLoggedAsThatOfASocket() throws Exception {
    // Held, since a logger that nobody holds forgets its level.
    Logger log = Logger.getLogger("io.netty.handler.logging.LoggingHandler");
    List<String> logged = new CopyOnWriteArrayList<>();
    Handler ear = new StreamHandler() {
      @Override
      public void publish(LogRecord event) {
        logged.add(event.getMessage());
      }
    };
    log.addHandler(ear);
    log.setLevel(Level.FINE);
    try {
      echo(new NetServerOptions().setLogActivity(true), address);
      assertEquals("heard", echoed(client, address, "heard"));
    } finally {
      log.setLevel(null);
      log.removeHandler(ear);
    }
    for (String activity : new String[] {"ACTIVE", "READ: 5B", "WRITE: 5B"}) {
      assertTrue(logged.stream().anyMatch(line -> line.contains(activity) && line.contains(name)), logged::toString);
    }
  }

  @Test
  void theOptionsOfSocketsDoNoHarm() throws Exception {
    NetServerOptions options = new NetServerOptions().setTcpNoDelay(true).setTcpKeepAlive(true).setSoLinger(3)
        .setSendBufferSize(10_000).setReceiveBufferSize(20_000).setTrafficClass(8).setReuseAddress(true)
        .setAcceptBacklog(50).setIdleTimeout(60).setTcpFastOpen(true).setTcpQuickAck(true).setTcpCork(true);
    echo(options, address);
    NetClient tuned = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true).setTcpKeepAlive(true)
        .setSoLinger(3).setSendBufferSize(10_000).setReceiveBufferSize(20_000).setTrafficClass(8)
        .setReuseAddress(true).setIdleTimeout(60));
    assertEquals("tuned", echoed(tuned, address, "tuned"));
    PipeInfo info = info();
    assertEquals(10_000, info.outBufferSize());
    assertEquals(20_000, info.inBufferSize());
  }

  @Test
  void theOptionsOfANameCountForItsServer() throws Exception {
    transport.setServerOptions(name.toUpperCase(), new NamedPipeServerOptions()
        .setMaxInstances(3).setInboundBufferBytes(30_000).setOutboundBufferBytes(40_000));
    transport.setServerOptions(new NamedPipeServerOptions().setMaxInstances(9));
    transport.setClientOptions(new NamedPipeClientOptions());
    NetServer server = echo(new NetServerOptions(), address);
    assertEquals(new PipeInfo(false, false, 40_000, 30_000, 3), info());
    assertEquals("limited", echoed(client, address, "limited"));
    await(server.close());
    transport.setServerOptions(name, new NamedPipeServerOptions().setSecurityDescriptor("no descriptor"));
    assertInstanceOf(NamedPipeException.class, failure(vertx.createNetServer().connectHandler(socket -> { })
        .listen(address)));
  }

  /** What the system says of the pipe. */
  private PipeInfo info() {
    Win32PipeKernel kernel = new Win32PipeKernel();
    long handle = kernel.open(address.path(), PipeKernel.ACCESS_READ | PipeKernel.ACCESS_WRITE, 0);
    assertTrue(handle > 0, () -> "error " + -handle);
    PipeInfo info = PipeInfo.of(handle);
    kernel.close(handle);
    return info;
  }

  @Test
  void aNameThatIsTakenOrMissingIsToldAsWithSockets() throws Exception {
    assertInstanceOf(ConnectException.class, assertInstanceOf(NamedPipeException.class,
        failure(client.connect(address))).getCause());
    echo(new NetServerOptions(), address);
    Vertx other = newVertx(NamedPipeTransport.create());
    Throwable taken = failure(other.createNetServer().connectHandler(socket -> { }).listen(address));
    await(other.close());
    assertInstanceOf(BindException.class, assertInstanceOf(NamedPipeException.class, taken).getCause());
    String message = failure(client.connect(SocketAddress.domainSocketAddress("\\\\.\\pip\\x"))).getMessage();
    assertTrue(message.contains("Not the name of a pipe"), message);
  }

  @Test
  void serversOfOneVertxShareANameHoweverItIsSpelled() throws Exception {
    Box<String> met = new Box<>();
    NetServer first = vertx.createNetServer().connectHandler(socket -> met.put("first"));
    NetServer second = vertx.createNetServer().connectHandler(socket -> met.put("second"));
    await(first.listen(address));
    await(second.listen(SocketAddress.domainSocketAddress("//./pipe/" + name.toUpperCase())));
    await(first.close());
    await(client.connect(address));
    assertEquals("second", met.take());
    await(second.close());
    assertInstanceOf(NamedPipeException.class, failure(client.connect(address)));
    await(vertx.createNetServer().connectHandler(socket -> met.put("third")).listen(address));
    await(client.connect(address));
    assertEquals("third", met.take());
  }

  @Test
  void instancesOfAVerticleServeOnTheirOwnEventLoops() throws Exception {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    Box<Context> met = new Box<>();
    await(vertx.deployVerticle(() -> new VerticleBase() {
      @Override
      public Future<?> start() {
        return vertx.createNetServer().connectHandler(socket -> {
          threads.add(Thread.currentThread());
          met.put(context);
        }).listen(address);
      }
    }, new DeploymentOptions().setInstances(EVENT_LOOPS).setThreadingModel(ThreadingModel.EVENT_LOOP)));
    for (int i = 0; i < 2 * EVENT_LOOPS; i++) {
      await(client.connect(address));
      met.take();
    }
    assertEquals(EVENT_LOOPS, threads.size());
  }

  @Test
  void tlsInsideThePipe() throws Exception {
    Certificate certificate = new Certificate();
    echo(new NetServerOptions().setSsl(true).setKeyCertOptions(certificate.key()), address);
    NetClient trusting = vertx.createNetClient(new NetClientOptions().setSsl(true)
        .setHostnameVerificationAlgorithm("").setTrustOptions(certificate.trust()));
    assertEquals("secret", echoed(trusting, address, "secret"));
    NetClient distrustful = vertx.createNetClient(new NetClientOptions().setSsl(true)
        .setHostnameVerificationAlgorithm("").setTrustOptions(new Certificate().trust()));
    assertTrue(failure(distrustful.connect(address)).toString().contains("SSL"));
  }
}
