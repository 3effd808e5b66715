// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WindowsRuntimeIT {

  // Lest a run in which everything was skipped passes for a success.
  @Test
  void integrationTestsRunOnWindows() {
    String name = System.getProperty("os.name");
    assertTrue(name.startsWith("Windows"), name);
  }
}
