// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.examples.GuideExamples;
import dev.npipe.win32.AnonymousPipe;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program that talks over the pipes it has inherited as its standard streams, and does nothing else. */
class StandardStreamsIT {

  private static final int SECONDS = 60;
  private static final int REUSES = 50;

  private static Process start(boolean oneHandle, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-Djna.nosys=true",
        "-Djava.net.preferIPv4Stack=true",
        "-cp", System.getProperty("java.class.path"), StandardStreamsIT.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    return oneHandle ? builder.redirectErrorStream(true).start()
        : builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsPrintedAfterTheOutputWasClosedReachesNobodyElsesPipe(boolean errorsGoThereToo) throws Exception {
    Process process = start(errorsGoThereToo, "close", "" + errorsGoThereToo);
    try {
      assertEquals("adopted", CompletableFuture.supplyAsync(() -> text(process.getInputStream()))
          .get(SECONDS, TimeUnit.SECONDS));
      assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS), "it goes on");
      assertEquals(0, process.exitValue(), "a print has succeeded, wherever it went");
    } finally {
      process.destroyForcibly();
    }
  }

  /** Adopts the output, closes it, has its number used again, and prints; ends with 0 when that failed. */
  private static void printAfterClose(Vertx vertx, boolean errorsGoThereToo) {
    NamedPipes.adopt(vertx, NamedPipes.standardHandle(StandardStream.OUTPUT))
        .compose(out -> out.write("adopted").compose(written -> out.close()))
        .onComplete(closed -> {
          for (int i = 0; i < REUSES; i++) {
            new AnonymousPipe();
          }
          System.out.println("astray");
          System.err.println("astray");
          boolean failed = System.out.checkError() && System.err.checkError() == errorsGoThereToo;
          Runtime.getRuntime().halt(closed.succeeded() && failed ? 0 : 1);
        });
  }

  @Test
  void whatComesInGoesOutInCapitalsUntilTheInputEnds() throws Exception {
    Process process = start(false);
    try {
      CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
      process.getOutputStream().write("over standard streams\n".getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().close();
      assertEquals("OVER STANDARD STREAMS\n", answer.get(SECONDS, TimeUnit.SECONDS));
      assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS), "it goes on without its input");
      assertEquals(0, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The other program. */
  public static void main(String[] args) {
    Vertx vertx = Vertx.vertx();
    if (args.length > 0) {
      printAfterClose(vertx, Boolean.parseBoolean(args[1]));
      return;
    }
    GuideExamples.capitals(vertx, NamedPipes.standardHandle(StandardStream.INPUT),
        NamedPipes.standardHandle(StandardStream.OUTPUT)).eventually(vertx::close);
  }
}
