// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class Win32PlatformIT {

  // Lest a run in which everything was skipped passes for a success.
  @Test
  void theIntegrationTestsRunOnWindows() {
    assertTrue(System.getProperty("os.name").startsWith("Windows"), System.getProperty("os.name"));
  }

  @Test
  void namedPipesAreAvailableHere() {
    assertNull(Win32Platform.unavailabilityCause());
    assertTrue(Win32Platform.isAvailable());
    assertDoesNotThrow(Win32Platform::ensureAvailable);
  }
}
