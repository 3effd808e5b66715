// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.npipe.win32.CurrentUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What Windows enforces and Wine only notes: a test that needs it says so by its name, and runs in full on Windows. */
enum Enforcement {

  DACL("access by security descriptor"),
  CREATE_INSTANCE_RIGHT("the right to create further instances"),
  REMOTE_NAMES("that a pipe of this machine can be reached by a remote name, over SMB"),
  IMPERSONATION_LEVEL("how far a client lets the server act in its name"),
  IMPERSONATION_AFTER_READ("that a client is unknown before something it wrote is read");

  private static final String SYSTEM = "S-1-5-18";

  private final String description;

  Enforcement(String description) {
    this.description = description;
  }

  /** Skips the test where this is not enforced. */
  void require() {
    assumeTrue(System.getenv("WINEPREFIX") == null, () -> "not enforced here: " + description);
    assumeTrue(this != REMOTE_NAMES || isServing(),
        "not available here: the Server service (lanmanserver), which is not running");
  }

  /** Skips the test where it is run as SYSTEM, whom every preset lets in and who belongs to no logon session. */
  static void requireOrdinaryUser() {
    assumeFalse(CurrentUser.sid().equals(SYSTEM), "not available here: a user other than SYSTEM, as which this is run");
  }

  /** Whether pipes of this machine are served to remote clients: some machines have that turned off. */
  private static boolean isServing() {
    try {
      Process query = new ProcessBuilder("sc.exe", "query", "lanmanserver").redirectErrorStream(true).start();
      query.getOutputStream().close();
      return new String(query.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1).contains("RUNNING");
    } catch (IOException e) {
      return false;
    }
  }
}
