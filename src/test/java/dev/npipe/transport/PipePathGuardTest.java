// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.LogWatch;
import io.netty.channel.ChannelFactory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.transport.Transport;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The path of a pipe, given to a Vert.x without the transport; and everything else, which must not notice. */
@ExtendWith(LogWatch.class)
class PipePathGuardTest {

  private static final String[] PIPES = {"\\\\.\\pipe\\x", "//./pipe/x", "npipe:////./pipe/x", "NPIPE:x",
      "\\\\server\\pipe\\x", "\\\\?\\PIPE\\x", "\\\\.\\pipe\\a/b"};

  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  /** A transport that is none of the JDK's to Vert.x, and writes down what it is asked. */
  private Transport foreign() {
    return decorated(io.vertx.core.transport.Transport.NIO.implementation());
  }

  private Transport decorated(Transport platform) {
    return (Transport) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Transport.class},
        (proxy, method, arguments) -> {
          asked.add(signature(method));
          try {
            return method.invoke(platform, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  private static String signature(Method method) {
    return method.getName() + Arrays.toString(method.getParameterTypes());
  }

  private Vertx withForeignTransport() {
    return VertxBootstrap.create().transport(foreign()).init().vertx();
  }

  private static void assertNamesTheTransport(String path, Future<?> future) throws Exception {
    Throwable failure = await(future.transform(done -> Future.succeededFuture(done.cause())));
    String message = assertInstanceOf(IllegalStateException.class, failure).getMessage();
    assertTrue(message.startsWith(path) && message.contains("withTransport(NamedPipeTransport.create())"), message);
  }

  private static void assertRefusesPipes(Vertx vertx) throws Exception {
    for (String path : PIPES) {
      SocketAddress pipe = SocketAddress.domainSocketAddress(path);
      assertNamesTheTransport(path, vertx.createNetServer().connectHandler(socket -> { }).listen(pipe));
      assertNamesTheTransport(path, vertx.createHttpServer().requestHandler(request -> { }).listen(pipe));
      assertNamesTheTransport(path, vertx.createNetClient().connect(pipe));
      assertNamesTheTransport(path, vertx.createHttpClient().request(new RequestOptions().setServer(pipe)));
    }
    for (String path : PIPES) {
      assertFalse(new File(path).exists(), path);
    }
  }

  private static String echoed(Vertx vertx, SocketAddress address) throws Exception {
    NetServer server = vertx.createNetServer().connectHandler(socket -> socket.handler(socket::write));
    await(server.listen(address));
    CompletableFuture<Buffer> answer = new CompletableFuture<>();
    NetClient client = vertx.createNetClient();
    await(client.connect(address.isInetSocket()
        ? SocketAddress.inetSocketAddress(server.actualPort(), "localhost") : address).onSuccess(socket -> {
          socket.handler(answer::complete);
          socket.write("echo");
        }));
    String echoed = answer.get(20, TimeUnit.SECONDS).toString();
    await(client.close());
    return echoed;
  }

  @Test
  void aVertxWithoutTheTransportNamesIt() throws Exception {
    Vertx vertx = Vertx.vertx();
    assertRefusesPipes(vertx);
    assertFalse(vertx.isNativeTransportEnabled());
    assertNull(vertx.unavailableNativeTransportCause());
    assertEquals("echo", echoed(vertx, SocketAddress.inetSocketAddress(0, "localhost")));
    await(vertx.close());
  }

  @Test
  void soDoesOneWithATransportThatIsNotTheJdks() throws Exception {
    Vertx vertx = withForeignTransport();
    assertRefusesPipes(vertx);
    assertTrue(vertx.isNativeTransportEnabled());
    assertEquals("echo", echoed(vertx, SocketAddress.inetSocketAddress(0, "localhost")));
    await(vertx.close());
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void pathsOfFilesAreTaken(@TempDir Path folder) throws Exception {
    Files.createDirectories(folder.resolve("pipe"));
    for (Vertx vertx : List.of(Vertx.vertx(), withForeignTransport())) {
      for (String path : List.of(folder.resolve("file").toString(), "/" + folder.resolve("pipe/file"))) {
        assertEquals("echo", echoed(vertx, SocketAddress.domainSocketAddress(path)));
      }
      await(vertx.close());
    }
  }

  @Test
  void eachMethodOfATransportReachesTheOneBehind() throws Exception {
    Transport guarded = VertxBootstrap.create().transport(foreign()).init().transport();
    for (Method method : Transport.class.getMethods()) {
      Object[] arguments = Stream.of(method.getParameterTypes()).map(type -> type == boolean.class ? false
          : type == int.class ? (Object) 1 : null).toArray();
      try {
        method.invoke(guarded, arguments);
      } catch (InvocationTargetException | IllegalArgumentException e) {
        // Whatever it makes of nothing, it was asked.
      }
    }
    guarded.convert(SocketAddress.inetSocketAddress(80, "localhost"));
    assertEquals(Stream.of(Transport.class.getMethods()).map(PipePathGuardTest::signature)
        .collect(Collectors.toSet()), asked);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aRefusalCountsForOneChannelOnly() {
    Transport guarded = VertxBootstrap.create().init().transport();
    ChannelFactory<?> factory = guarded.serverChannelFactory(true);
    guarded.convert(SocketAddress.domainSocketAddress(PIPES[0]));
    guarded.channelFactory(false).newChannel().unsafe().closeForcibly();
    assertThrows(IllegalStateException.class, factory::newChannel);
    factory.newChannel().unsafe().closeForcibly();
    guarded.convert(SocketAddress.domainSocketAddress(PIPES[0]));
    guarded.channelFactory(true).newChannel().unsafe().closeForcibly();
  }

  @Test
  void theTransportItselfAndOnesDerivedFromTheJdksAreLeftAlone() {
    Transport mine = NamedPipeTransport.create().implementation();
    assertSame(mine, VertxBootstrap.create().transport(mine).init().transport());
    Transport decorated = decorated(mine);
    assertSame(decorated, VertxBootstrap.create().transport(decorated).init().transport());
    Transport derived = new NioWithoutPipes();
    assertSame(derived, VertxBootstrap.create().transport(derived).init().transport());
  }

  /** What a program prints that has Vert.x and the library on its module path, and listens on the path of a pipe. */
  private static String asModules(Path folder, String... options) throws Exception {
    String modules = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.matches(".*[/\\\\](classes|(netty-|vertx-core|jna-|jackson-core)[^/\\\\]*)"))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-p", modules, "--add-modules", "dev.npipe",
        "-cp", Path.of("target", "test-classes").toAbsolutePath().toString()));
    command.addAll(List.of(options));
    command.addAll(List.of("dev.npipe.modulepath.PlainVertx", PIPES[0]));
    Process program = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String printed = new String(program.getInputStream().readAllBytes());
    assertTrue(program.waitFor(20, TimeUnit.SECONDS), printed);
    return printed.strip();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void asAModuleVertxIsLeftAsItIsUnlessItsTransportIsOpenToTheLibrary(@TempDir Path folder) throws Exception {
    assertEquals("io.vertx.core; native false; listens", asModules(folder));
    String named = asModules(folder, "--add-exports", "io.vertx.core/io.vertx.core.impl.transports=dev.npipe");
    assertTrue(named.startsWith("io.vertx.core; native false; " + PIPES[0]), named);
  }
}
