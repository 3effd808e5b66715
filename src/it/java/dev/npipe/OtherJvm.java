// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import dev.npipe.transport.NamedPipeTransport;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.grpc.server.GrpcServer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A second JVM, with an HTTP/2 and gRPC server on a pipe; it ends with its standard input. */
final class OtherJvm {

  private static final int END_SECONDS = 20;

  private final Process process;

  private OtherJvm(Process process) {
    this.process = process;
  }

  static OtherJvm serving(String pipe) throws Exception {
    return new OtherJvm(new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-Djna.nosys=true",
        "-Djava.net.preferIPv4Stack=true",
        "-Dnpipe.driver=" + Driver.current(),
        "-cp", System.getProperty("java.class.path"), OtherJvm.class.getName(), pipe)
        .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
  }

  long pid() {
    return process.pid();
  }

  /** Ends its input, and expects it to follow. */
  void end() throws Exception {
    process.getOutputStream().close();
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("The other JVM did not end with its input");
    }
    process.getInputStream().close();
    process.getErrorStream().close();
  }

  /** What runs there. */
  public static void main(String[] args) throws Exception {
    Vertx vertx = TransportRig.newVertx(NamedPipeTransport.create());
    GrpcServer grpc = GrpcServer.server(vertx);
    grpc.callHandler(GrpcMethods.SERVED_UNARY, call -> call.handler(message ->
        call.response().end(Buffer.buffer("one ").appendBuffer(message))));
    grpc.callHandler(GrpcMethods.SERVED_STREAM, call -> {
      call.handler(message -> call.response().write(Buffer.buffer("each ").appendBuffer(message)));
      call.endHandler(ended -> call.response().end());
    });
    PipeRig.await(vertx.createHttpServer().requestHandler(request -> {
      if (request.method() != HttpMethod.GET) {
        grpc.handle(request);
      } else {
        request.response().setChunked(true);
        Content.send(request.response(), Integer.parseInt(request.getParam("mib"))).onSuccess(summary ->
            request.response().putTrailer("summary", summary).putTrailer("served",
                request.version() + " " + ProcessHandle.current().pid()).end());
      }
    }).listen(NamedPipeTransport.address(args[0])));
    while (System.in.read() >= 0) {
      continue;
    }
    PipeRig.await(vertx.close());
  }
}
