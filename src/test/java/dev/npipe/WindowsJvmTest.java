// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program that is the Windows JVM to Surefire, with another one in place of Wine. Surefire, which waits without a
 * bound for a connection, is this.
 */
@EnabledOnOs(OS.LINUX)
class WindowsJvmTest {

  private static final int LIMIT_SECONDS = 30;

  @TempDir
  Path project;
  private ServerSocket surefire;
  private Process jvm;

  @BeforeEach
  void open() throws IOException {
    surefire = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    surefire.setSoTimeout((int) TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
  }

  @AfterEach
  void close() throws IOException {
    surefire.close();
    jvm.destroyForcibly();
  }

  @Test
  void aJvmThatConnectsIsLeftAlone() throws Exception {
    start("echo start >>starts; " + connectAndWait(), LIMIT_SECONDS);
    try (Socket connection = surefire.accept()) {
      connection.getOutputStream().write("end\n".getBytes());
      assertEquals(7, exitCode());
    }
    assertEquals(1, starts());
  }

  @Test
  void ofAJvmThatEndsBeforeItConnectsSurefireHears() throws Exception {
    start("echo start >>starts; exit 3", LIMIT_SECONDS);
    try (Socket connection = surefire.accept()) {
      assertEquals(-1, connection.getInputStream().read());
    }
    assertEquals(3, exitCode());
    assertEquals(1, starts());
  }

  @Test
  void aJvmThatDoesNotComeToLifeIsStartedOnceMore() throws Exception {
    start("echo start >>starts; [ $(wc -l <starts) = 2 ] || exec sleep 1000; " + connectAndWait(), 2);
    try (Socket connection = surefire.accept()) {
      connection.getOutputStream().write("end\n".getBytes());
      assertEquals(7, exitCode());
    }
    assertEquals(2, starts());
  }

  @Test
  void ifNoStartBringsItToLifeSurefireHears() throws Exception {
    start("echo start >>starts; exec sleep 1000", 1);
    try (Socket connection = surefire.accept()) {
      assertEquals(-1, connection.getInputStream().read());
    }
    assertTrue(exitCode() > 0);
    assertEquals(2, starts());
  }

  @Test
  void itEndsWithASignal() throws Exception {
    start("echo start >>starts; " + connectAndWait(), LIMIT_SECONDS);
    try (Socket connection = surefire.accept()) {
      jvm.destroy();
      assertEquals(-1, connection.getInputStream().read());
    }
    assertTrue(exitCode() > 0);
    assertEquals(1, starts());
  }

  private String connectAndWait() {
    return "exec 3<>/dev/tcp/127.0.0.1/" + surefire.getLocalPort() + "; read line <&3; exit 7";
  }

  private void start(String windows, int startLimitSeconds) throws IOException {
    Path program = project.resolve("src/it/jvm/bin/java");
    Files.createDirectories(program.getParent());
    Files.copy(Path.of("src/it/jvm/bin/java"), program);
    Path inWindows = Files.createDirectories(project.resolve("bin")).resolve("windows");
    Files.writeString(inWindows, "#!/usr/bin/env bash\n" + windows + "\n");
    assertTrue(inWindows.toFile().setExecutable(true));
    Files.writeString(project.resolve("surefire_tmp"), "forkNodeConnectionString=tcp\\://127.0.0.1\\:"
        + surefire.getLocalPort() + "?sessionId\\=0\n");
    ProcessBuilder builder = new ProcessBuilder("bash", program.toString(), "-jar", "booter.jar", project.toString(),
        "jvmRun1", "surefire_tmp", "surefire_0tmp").directory(project.toFile()).inheritIO();
    builder.environment().put("NPIPE_START_LIMIT", String.valueOf(startLimitSeconds));
    jvm = builder.start();
  }

  private int exitCode() throws InterruptedException {
    assertTrue(jvm.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS));
    return jvm.exitValue();
  }

  private int starts() throws IOException {
    return Files.readAllLines(project.resolve("starts")).size();
  }
}
