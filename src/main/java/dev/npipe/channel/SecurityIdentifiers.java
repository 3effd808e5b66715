// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Security identifiers in text form, where they come from users: checked before the system sees them.
 */
final class SecurityIdentifiers {

  static final String SYSTEM = "S-1-5-18";
  static final String ADMINISTRATORS = "S-1-5-32-544";

  // A revision, an authority of 48 bits, and 1 to 15 parts of 32 bits (winnt.h, SID_MAX_SUB_AUTHORITIES).
  private static final Pattern FORM = Pattern.compile("S-1-(?:\\d{1,15}|0x[0-9A-F]{12})(?:-\\d{1,10}){1,15}");
  private static final String APP_PACKAGE = "S-1-15-2-";
  private static final long MOST = 0xffff_ffffL;

  private SecurityIdentifiers() {
  }

  /**
   * Checks one.
   *
   * @return the SID, in capital letters
   * @throws IllegalArgumentException when it is malformed
   */
  static String checked(String sid) {
    Objects.requireNonNull(sid, "the SID is null");
    String given = sid.toUpperCase(Locale.ROOT).replace("-0X", "-0x");
    if (!FORM.matcher(given).matches() || !hasPartsOf32Bits(given)) {
      throw new IllegalArgumentException("Not a security identifier: \"" + sid
          + "\"; the form is S-1-5-21-1004336348-1177238915-682003330-1001");
    }
    return given;
  }

  private static boolean hasPartsOf32Bits(String sid) {
    String[] parts = sid.split("-");
    for (int i = 3; i < parts.length; i++) {
      if (Long.parseLong(parts[i]) > MOST) {
        return false;
      }
    }
    return true;
  }

  /**
   * Checks that of an AppContainer.
   *
   * @return the SID, in capital letters
   * @throws IllegalArgumentException when it is malformed, or of something else
   */
  static String checkedAppContainer(String sid) {
    String checked = checked(sid);
    if (!checked.startsWith(APP_PACKAGE)) {
      throw new IllegalArgumentException("Not the security identifier of an AppContainer, which begins with "
          + APP_PACKAGE + ": \"" + sid + "\"");
    }
    return checked;
  }
}
