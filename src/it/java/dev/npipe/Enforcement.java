// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** What Windows enforces and Wine only notes: a test that needs it says so by its name, and runs in full on Windows. */
enum Enforcement {

  DACL("access by security descriptor"),
  CREATE_INSTANCE_RIGHT("the right to create further instances"),
  REMOTE_NAMES("that a pipe of this machine can be reached by a remote name, over SMB"),
  IMPERSONATION_LEVEL("how far a client lets the server act in its name"),
  IMPERSONATION_AFTER_READ("that a client is unknown before something it wrote is read");

  private final String description;

  Enforcement(String description) {
    this.description = description;
  }

  /** Skips the test where this is not enforced. */
  void require() {
    assumeTrue(System.getenv("WINEPREFIX") == null, () -> "not enforced here: " + description);
  }
}
