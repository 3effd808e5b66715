// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.CloseReason;
import dev.npipe.channel.NamedPipeException;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeInstanceSpec;
import dev.npipe.iocp.Win32PipeKernel;
import dev.npipe.transport.NamedPipeTransport;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.SocketAddress;
import java.net.BindException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ListeningIT extends PipeRig {

  private final NamedPipeClient client = NamedPipeClient.create(vertx);

  private NamedPipeServer server() {
    return NamedPipeServer.create(vertx).connectHandler(socket -> socket.write("x"));
  }

  @Test
  void misuseThrows() throws Exception {
    assertThrows(IllegalStateException.class, () -> NamedPipeServer.create(vertx).listen(name));
    NamedPipeServer server = server();
    for (String bad : new String[] {"", "\\\\.\\pipe\\", "C:\\file", "a\0b", "x".repeat(248), "\\\\other\\pipe\\x"}) {
      assertThrows(IllegalArgumentException.class, () -> server.listen(bad), bad);
    }
    assertThrows(NullPointerException.class, () -> server.listen(null));
    await(server.listen(name));
    assertThrows(IllegalStateException.class, () -> server.listen(name));
    assertThrows(IllegalStateException.class, () -> server.listen(name + "2"));
    assertThrows(IllegalStateException.class, () -> server.connectHandler(null));
    assertThrows(IllegalStateException.class, () -> server.exceptionHandler(null));
  }

  @Test
  void aServerCanListenAgainOnceItIsClosed() throws Exception {
    NamedPipeServer server = server();
    for (int i = 0; i < 3; i++) {
      await(server.listen(name));
      await(client.connect(name));
      await(server.close());
      assertInstanceOf(ConnectException.class, failure(client.connect(name)).getCause());
    }
  }

  @Test
  void aNameThatClientsOfTheServerBeforeStillHoldIsWaitedFor() throws Exception {
    NamedPipeServer server = await(server().listen(name));
    await(server.close());
    assertWaitedFor(() -> server.listen(name));
    await(client.connect(name));
  }

  private <T> void assertWaitedFor(Supplier<Future<T>> listen) throws Exception {
    // On Windows a client does it that has not closed yet; here another instance, for all systems.
    Win32PipeKernel kernel = new Win32PipeKernel();
    long held = kernel.createInstance(
        new PipeInstanceSpec("\\\\.\\pipe\\" + name, 255, 4096, 4096, false, true, null), true);
    assertTrue(held > 0, "error " + -held);
    Future<T> again = listen.get();
    try {
      await(vertx.timer(100));
      assertFalse(again.isComplete());
    } finally {
      kernel.close(held);
    }
    await(again);
  }

  @Test
  void aNetServerOverTheTransportWaitsForItToo() throws Exception {
    SocketAddress address = NamedPipeTransport.address(name);
    Vertx other = Vertx.builder().withTransport(NamedPipeTransport.create()).build();
    try {
      NetServer server = await(other.createNetServer().connectHandler(socket -> { }).listen(address));
      await(server.close());
      assertWaitedFor(() -> other.createNetServer().connectHandler(socket -> { }).listen(address));
      await(client.connect(name));
    } finally {
      await(other.close());
    }
  }

  @Test
  void aNameThatAnotherListensOnIsTaken() throws Exception {
    await(server().listen(name));
    Vertx other = Vertx.vertx();
    try {
      NamedPipeServer second = NamedPipeServer.create(other).connectHandler(socket -> { });
      Throwable cause = failure(second.listen(name.toUpperCase(Locale.ROOT)));
      assertInstanceOf(NamedPipeException.class, cause);
      assertInstanceOf(BindException.class, cause.getCause());
      assertNull(second.path());
      await(second.listen(name + "-free"));
    } finally {
      await(other.close());
    }
  }

  @Test
  void serversThatShareANameLeaveItOneByOne() throws Exception {
    List<NamedPipeServer> servers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      servers.add(await(server().listen(i == 1 ? name.toUpperCase(Locale.ROOT) : name)));
    }
    for (NamedPipeServer server : servers) {
      await(client.connect(name));
      await(server.close());
    }
    assertInstanceOf(ConnectException.class, failure(client.connect(name)).getCause());
  }

  @Test
  void listeningAndClosingInARaceEndsWithTheNameFree() throws Exception {
    for (int round = 0; round < 20; round++) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        NamedPipeServer server = server();
        all.add(server.listen(name));
        all.add(server.close());
      }
      await(Future.join(all).otherwiseEmpty());
    }
    NamedPipeServer last = await(server().listen(name));
    await(client.connect(name));
    await(last.close());
  }

  @Test
  void a16_undeployingLeavesASlowReaderAllThatWasWritten() throws Exception {
    Buffer sent = random(4_000_000);
    Box<NamedPipeSocket> accepted = new Box<>();
    NamedPipeServerOptions patient = new NamedPipeServerOptions()
        .setLingerTimeout(Duration.ofSeconds(PATIENCE_SECONDS));
    String id = await(vertx.deployVerticle(new VerticleBase() {
      @Override
      public Future<?> start() {
        return NamedPipeServer.create(vertx, patient).connectHandler(socket -> {
          socket.write(sent);
          accepted.put(socket);
        }).listen(name);
      }
    }));
    NamedPipeSocket reader = connectPaused(client, name);
    NamedPipeSocket writer = accepted.take();
    Future<Void> undeployed = vertx.undeploy(id);
    Box<Buffer> read = new Box<>();
    reader.handler(part -> {
      read.put(part);
      vertx.setTimer(1, later -> reader.fetch(1));
    });
    reader.fetch(1);
    assertEquals(sent, Box.bytes(read, sent.length()));
    await(undeployed);
    assertEquals(CloseReason.LOCAL, writer.closeReason());
  }

  @Test
  void undeployingClosesWhatTheVerticleOpened() throws Exception {
    Box<NamedPipeSocket> accepted = new Box<>();
    Box<NamedPipeSocket> connected = new Box<>();
    String id = await(vertx.deployVerticle(new VerticleBase() {
      @Override
      public Future<?> start() {
        return NamedPipeServer.create(vertx).connectHandler(accepted::put).listen(name)
            .compose(server -> NamedPipeClient.create(vertx).connect(name))
            .onSuccess(connected::put);
      }
    }));
    NamedPipeSocket serverEnd = accepted.take();
    NamedPipeSocket clientEnd = connected.take();
    await(vertx.undeploy(id));
    assertTrue(serverEnd.closeReason() != null && clientEnd.closeReason() != null);
    assertInstanceOf(ConnectException.class, failure(client.connect(name)).getCause());
  }

  @Test
  void aMalformedSecurityDescriptorFailsTheListen() throws Exception {
    NamedPipeServer server = NamedPipeServer.create(vertx, new NamedPipeServerOptions()
        .setSecurityDescriptor("nonsense")).connectHandler(socket -> { });
    Throwable cause = failure(server.listen(name));
    NamedPipeException refused = assertInstanceOf(NamedPipeException.class, cause);
    assertEquals("listen", refused.operation());
    assertTrue(refused.errorCode() > 0 && refused.errorCode() != PipeErrors.ACCESS_DENIED, cause::getMessage);
    assertNull(server.path());
  }

  @Test
  void everyPresetListensAndLetsThisUserIn() throws Exception {
    Enforcement.requireOrdinaryUser();
    for (SecurityPreset preset : SecurityPreset.values()) {
      NamedPipeServerOptions options = new NamedPipeServerOptions().setSecurityPreset(preset)
          .setAppContainerSid(preset == SecurityPreset.APP_CONTAINER ? "S-1-15-2-1" : null);
      NamedPipeServer server = NamedPipeServer.create(vertx, options).connectHandler(socket -> { });
      await(server.listen(name));
      assertEquals("\\\\.\\pipe\\" + name, await(client.connect(name)).path());
      await(server.close());
    }
  }

  @Test
  void aServerWhoseVerticleWasUndeployedCanListenAgain() throws Exception {
    NamedPipeServer server = server();
    String id = await(vertx.deployVerticle(new VerticleBase() {
      @Override
      public Future<?> start() {
        return server.listen(name);
      }
    }));
    assertEquals("\\\\.\\pipe\\" + name, server.path());
    await(vertx.undeploy(id));
    assertNull(server.path());
    assertNull(server.acceptCounts());
    await(server.listen(name));
    await(client.connect(name));
  }

  @Test
  void undeployingWaitsForASlowReaderWhichGetsEverything() throws Exception {
    Buffer sent = random(4 * 1024 * 1024);
    Box<NamedPipeSocket> accepted = new Box<>();
    String id = await(vertx.deployVerticle(new VerticleBase() {
      @Override
      public Future<?> start() {
        NamedPipeServerOptions patient = new NamedPipeServerOptions().setLingerTimeout(Duration.ofSeconds(60));
        return NamedPipeServer.create(vertx, patient).connectHandler(socket -> {
          socket.write(sent);
          accepted.put(socket);
        }).listen(name);
      }
    }));
    NamedPipeSocket reader = connectPaused(client, name);
    NamedPipeSocket writer = accepted.take();
    Future<Void> undeployed = vertx.undeploy(id);
    await(vertx.timer(300));
    assertFalse(undeployed.isComplete());
    Buffer received = Buffer.buffer();
    Box<String> ended = new Box<>();
    reader.handler(buffer -> {
      received.appendBuffer(buffer);
      vertx.setTimer(10, later -> reader.fetch(1));
    }).endHandler(end -> ended.put("ended")).fetch(1);
    assertEquals("ended", ended.take());
    assertEquals(sent, received);
    await(undeployed);
    assertEquals(CloseReason.LOCAL, writer.closeReason());
  }
}
