// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Access checks as Windows documents them ("How AccessCheck Works"), for the parts of SDDL that pipes are given. */
final class SimulatedAccess {

  /** What a client asks for: to read and write, without the right to create instances. */
  static final int CLIENT = 0x0012_019b;
  /** What a further instance takes. */
  static final int INSTANCE = 0x0012_019f;

  private static final int ALL = 0x001f_01ff;
  private static final Pattern ENTRY = Pattern.compile("\\(([AD]);[^;]*;([^;]*);;;([^)]*)\\)");

  private SimulatedAccess() {
  }

  /** Whether somebody with these identifiers, in SDDL, gets all of these rights. */
  static boolean grants(String descriptor, Set<String> who, int rights) {
    if (descriptor == null) {
      // The system's default; nobody else is simulated without a descriptor.
      return true;
    }
    int left = rights;
    Matcher entry = ENTRY.matcher(descriptor.replaceFirst("^.*?D:", "D:").replaceFirst("S:.*$", ""));
    while (left != 0 && entry.find()) {
      if (who.contains(entry.group(3))) {
        int mask = mask(entry.group(2));
        if (entry.group(1).equals("D") && (mask & left) != 0) {
          return false;
        }
        left &= entry.group(1).equals("A") ? ~mask : -1;
      }
    }
    return left == 0;
  }

  private static int mask(String rights) {
    return rights.equals("GA") || rights.equals("FA") ? ALL : Integer.decode(rights);
  }
}
