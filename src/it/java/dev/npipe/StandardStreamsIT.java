// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.examples.GuideExamples;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A program that talks over the pipes it has inherited as its standard streams, and does nothing else. */
class StandardStreamsIT {

  private static final int SECONDS = 60;

  @Test
  void whatComesInGoesOutInCapitalsUntilTheInputEnds() throws Exception {
    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-Djna.nosys=true",
        "-Djava.net.preferIPv4Stack=true",
        "-cp", System.getProperty("java.class.path"), StandardStreamsIT.class.getName())
        .redirectError(ProcessBuilder.Redirect.DISCARD).start();
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
    GuideExamples.capitals(vertx, NamedPipes.standardHandle(StandardStream.INPUT),
        NamedPipes.standardHandle(StandardStream.OUTPUT)).eventually(vertx::close);
  }
}
