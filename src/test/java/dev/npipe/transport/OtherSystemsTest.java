// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.LogWatch;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The transport where there are no named pipes. */
@DisabledOnOs(OS.WINDOWS)
@ExtendWith(LogWatch.class)
class OtherSystemsTest {

  private final NamedPipeTransport transport = NamedPipeTransport.create();
  private final Vertx vertx = Vertx.builder().withTransport(transport).build();
  private final NetClient client = vertx.createNetClient();

  @AfterEach
  void close() throws Exception {
    await(client.close());
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static Throwable failure(Future<?> future) throws Exception {
    return await(future.transform(done -> Future.succeededFuture(done.cause())));
  }

  private String echoed(SocketAddress address) throws Exception {
    NetServer server = vertx.createNetServer().connectHandler(socket -> socket.handler(socket::write));
    await(server.listen(address));
    SocketAddress there = address.isInetSocket()
        ? SocketAddress.inetSocketAddress(server.actualPort(), "localhost") : address;
    CompletableFuture<Buffer> answer = new CompletableFuture<>();
    await(client.connect(there).onSuccess(socket -> {
      socket.handler(answer::complete);
      socket.write("echo");
    }));
    return answer.get(20, TimeUnit.SECONDS).toString();
  }

  @Test
  void tcpGoesToThePlatform() throws Exception {
    assertEquals("echo", echoed(SocketAddress.inetSocketAddress(0, "localhost")));
  }

  @Test
  void pathsOfFilesGoToItsDomainSockets(@TempDir Path folder) throws Exception {
    assertEquals("echo", echoed(SocketAddress.domainSocketAddress(folder.resolve("socket").toString())));
  }

  @Test
  void aPipeFailsWithTheReasonAndTheServerCanListenElsewhere() throws Exception {
    NetServer server = vertx.createNetServer().connectHandler(socket -> socket.handler(socket::write));
    SocketAddress pipe = NamedPipeTransport.address("nowhere");
    assertTrue(assertInstanceOf(UnsupportedOperationException.class, failure(server.listen(pipe)))
        .getMessage().contains("Windows"));
    assertInstanceOf(UnsupportedOperationException.class, failure(client.connect(pipe)));
    assertInstanceOf(IllegalArgumentException.class,
        failure(client.connect(SocketAddress.domainSocketAddress("npipe:nowhere"))));
    listenWhenItIsFree(server);
    await(server.close());
  }

  /** Vert.x may tell of a failed listen before it takes the server for free. */
  private static void listenWhenItIsFree(NetServer server) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (true) {
      try {
        await(server.listen(0));
        return;
      } catch (IllegalStateException | ExecutionException e) {
        if (!String.valueOf(e).contains("Listen already called") || System.nanoTime() - deadline > 0) {
          throw e;
        }
      }
    }
  }

  @Test
  void aVertxTellsItsTransportOrHowToHaveIt() throws Exception {
    assertSame(transport, NamedPipeTransport.of(vertx));
    Vertx plain = Vertx.vertx();
    String message = assertThrows(IllegalStateException.class, () -> NamedPipeTransport.of(plain)).getMessage();
    assertTrue(message.contains("withTransport(NamedPipeTransport.create())"), message);
    await(plain.close());
  }
}
