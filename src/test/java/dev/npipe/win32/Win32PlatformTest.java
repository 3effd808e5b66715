// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.Win32PipeKernel;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class Win32PlatformTest {

  @Test
  void anotherSystemIsToldToUseAUnixDomainSocket() {
    String obstacle = Win32Platform.obstacle("Linux", "64");
    assertTrue(obstacle.contains("on Windows only, and this is Linux"), obstacle);
    assertTrue(obstacle.contains("use a Unix domain socket"), obstacle);
    assertNotNull(Win32Platform.obstacle(null, null));
  }

  @Test
  void a32BitJvmIsToldToBe64Bit() {
    String obstacle = Win32Platform.obstacle("Windows 10", "32");
    assertTrue(obstacle.contains("64-bit JVM"), obstacle);
  }

  @Test
  void on64BitWindowsThereIsNoObstacle() {
    assertNull(Win32Platform.obstacle("Windows 11", "64"));
    // The property is HotSpot's and OpenJ9's; a JVM without it gets the benefit of the doubt.
    assertNull(Win32Platform.obstacle("Windows Server 2022", null));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void offWindowsTheKernelRefusesWithThatMessage() {
    assertFalse(Win32Platform.isAvailable());
    UnsupportedOperationException refusal =
      assertThrows(UnsupportedOperationException.class, Win32PipeKernel::new);
    assertEquals(Win32Platform.unavailabilityCause().getMessage(), refusal.getMessage());
  }

  @Test
  void everyClassLoadsOnEverySystem() throws IOException, URISyntaxException {
    Path root = Path.of(Win32Platform.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(root)) {
      List<String> names = files.map(file -> root.relativize(file).toString().replace(File.separatorChar, '.'))
        .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
        .map(name -> name.substring(0, name.length() - ".class".length()))
        .toList();
      for (String folder : List.of("", ".impl", ".channel", ".iocp", ".win32", ".transport", ".eventbus",
          ".eventbus.impl", ".verticle")) {
        assertTrue(names.stream().anyMatch(name -> name.matches("dev[.]npipe" + folder + "[.][A-Z].*")), folder);
      }
      names.forEach(Win32PlatformTest::load);
    }
  }

  private static void load(String name) {
    // getDeclaredMethods links what the signatures mention; initialisation of a binding needs Windows.
    assertDoesNotThrow(
      () -> Class.forName(name, false, Win32PlatformTest.class.getClassLoader()).getDeclaredMethods(), name);
  }
}
