// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client of somebody else's making, in a process of its own. */
final class ForeignClient implements AutoCloseable {

  private static final int END_SECONDS = 40;
  /** ERROR_INTERNAL_ERROR: the new process has ended before it could say that it is there. */
  private static final String LOST_BY_WINE = "CreateProcess error=1359";

  private final Process process;
  private final CompletableFuture<String> output;

  private ForeignClient(Process process) {
    this.process = process;
    this.output = CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
  }

  static ForeignClient start(ProcessBuilder builder) throws IOException {
    return new ForeignClient(begin(builder));
  }

  /** Wine loses about one process of some ten thousand before its program begins, and says so. */
  private static Process begin(ProcessBuilder builder) throws IOException {
    try {
      return builder.start();
    } catch (IOException e) {
      if (!e.getMessage().contains(LOST_BY_WINE)) {
        throw e;
      }
      return builder.start();
    }
  }

  private static String read(InputStream in) {
    try (in) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the end. */
  int exitCode() throws Exception {
    return exitCode(END_SECONDS);
  }

  private int exitCode(int seconds) throws Exception {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new TimeoutException("The client goes on after " + seconds + " s");
    }
    return process.exitValue();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for an end without complaint, and says what it wrote. */
  String success() throws Exception {
    return success(END_SECONDS);
  }

  /** The same, of one that has a lot to do. */
  String success(int seconds) throws Exception {
    int code = exitCode(seconds);
    if (code != 0) {
      throw new AssertionError("The client ended with " + code + ": " + output());
    }
    return output();
  }

  /** What it wrote until its end, without the line's end. */
  String output() throws Exception {
    return output.get(END_SECONDS, TimeUnit.SECONDS).strip();
  }

  /** Ends it, and says what it wrote until then. */
  String outputSoFar() throws Exception {
    String state = process.isAlive() ? "still running: " : "ended with " + process.exitValue() + ": ";
    process.destroyForcibly();
    return state + output();
  }

  /** Ends it as a crash does: no handler of its runs. */
  void kill() throws Exception {
    process.destroyForcibly();
    exitCode();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      // Else they stay until they are collected, in the middle of some other test.
      process.getOutputStream().close();
      process.getErrorStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
