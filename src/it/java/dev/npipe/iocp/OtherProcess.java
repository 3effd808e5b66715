// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import com.sun.jna.Native;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A second JVM that holds a pipe until its standard input ends.
 */
final class OtherProcess implements AutoCloseable {

  private static final String READY = "ready";
  private static final int START_SECONDS = 40;

  private final Process process;

  private OtherProcess(Process process) {
    this.process = process;
  }

  /** Starts one, which has created the first instance of the name when this returns. */
  static OtherProcess holding(String path) throws Exception {
    String classPath = home(OtherProcess.class) + File.pathSeparator + home(Win32PipeKernel.class)
      + File.pathSeparator + home(Native.class);
    ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
      "-XX:+UseSerialGC", "-Xmx64m", "-Djna.nosys=true", "-cp", classPath, OtherProcess.class.getName(), path);
    OtherProcess other = new OtherProcess(builder.redirectErrorStream(true).start());
    try {
      String line = CompletableFuture.supplyAsync(other::line).get(START_SECONDS, TimeUnit.SECONDS);
      if (!READY.equals(line)) {
        throw new IllegalStateException("the other process says " + line);
      }
      return other;
    } catch (Exception e) {
      other.close();
      throw e;
    }
  }

  private static Path home(Class<?> resident) throws URISyntaxException {
    return Path.of(resident.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private String line() {
    try {
      return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return process.pid();
  }

  /** Asks it to end and waits; true when it has. */
  boolean end(long timeout, TimeUnit unit) throws IOException, InterruptedException {
    process.getOutputStream().close();
    return process.waitFor(timeout, unit);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** What runs there. */
  public static void main(String[] args) throws IOException {
    PipeInstanceSpec spec = new PipeInstanceSpec(args[0], 255, 0, 0, false, true, null);
    long handle = new Win32PipeKernel().createInstance(spec, true);
    System.out.println(handle > 0 ? READY : PipeErrors.name((int) -handle));
    while (System.in.read() >= 0) {
      continue;
    }
  }
}
