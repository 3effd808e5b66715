// SPDX-License-Identifier: Apache-2.0
package dev.npipe.examples;

import dev.npipe.NamedPipeClient;
import dev.npipe.NamedPipeClientOptions;
import dev.npipe.NamedPipeServer;
import dev.npipe.NamedPipeSocket;
import dev.npipe.channel.ExpectedServer;
import dev.npipe.channel.IntegrityLevel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** The examples of docs/security.md, word for word. */
public final class SecurityExamples {

  private SecurityExamples() {
  }

  public static NamedPipeClient clientOfTheService(Vertx vertx) {
    return NamedPipeClient.create(vertx, new NamedPipeClientOptions().setExpectServer(ExpectedServer.system()));
  }

  public static Future<NamedPipeServer> noSandboxes(Vertx vertx, String name) {
    return NamedPipeServer.create(vertx)
        .peerVerifier(peer -> Future.succeededFuture(
            peer.integrityLevel().map(level -> level.compareTo(IntegrityLevel.MEDIUM) >= 0).orElse(false)))
        .exceptionHandler(failure -> System.err.println(failure.getMessage()))
        .connectHandler(socket -> socket.peer().onSuccess(peer ->
            socket.end(Buffer.buffer("hello " + peer.accountName().orElse("somebody") + "\n"))))
        .listen(name);
  }

  public static Future<String> readAsTheClient(NamedPipeSocket socket, Path file) {
    return socket.runAsClient(() -> Files.readString(file));
  }
}
