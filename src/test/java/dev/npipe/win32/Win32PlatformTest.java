// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.PipeKernel;
import dev.npipe.iocp.Win32PipeKernel;
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
    for (Class<?> resident : List.of(Win32Platform.class, PipeKernel.class)) {
      Path root = Path.of(resident.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path folder = root.resolve(resident.getPackageName().replace('.', '/'));
      try (Stream<Path> files = Files.list(folder)) {
        List<String> names = files.map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".class"))
          .map(name -> resident.getPackageName() + "." + name.substring(0, name.length() - ".class".length()))
          .toList();
        assertTrue(names.contains(resident.getName()));
        names.forEach(Win32PlatformTest::load);
      }
    }
  }

  private static void load(String name) {
    // getDeclaredMethods links what the signatures mention; initialisation of a binding needs Windows.
    assertDoesNotThrow(
      () -> Class.forName(name, false, Win32PlatformTest.class.getClassLoader()).getDeclaredMethods(), name);
  }
}
