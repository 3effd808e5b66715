// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.WString;

/**
 * Security identifiers: their text form, and the accounts they stand for.
 */
public final class Sid {

  private static final int NAME_CHARS = 1024;

  static {
    Native.register(Sid.class, "advapi32");
  }

  private Sid() {
  }

  /** The text form of the SID at an address, null when it is none. */
  static String toText(long sid) {
    if (sid == Win32Constants.NULL) {
      return null;
    }
    try (LocalMemory text = new LocalMemory()) {
      return Advapi32.ConvertSidToStringSidW(sid, text.place()) != Win32Constants.FALSE
          ? text.pointee().getWideString(0) : null;
    }
  }

  /**
   * The account a SID stands for. May ask a domain controller, and wait for it.
   *
   * @param sid in text form
   * @return such as {@code MACHINE\name}, or null where no account has it
   */
  public static String account(String sid) {
    try (LocalMemory binary = new LocalMemory(); Memory sizes = new Memory(3L * Integer.BYTES);
        Memory name = new Memory(2L * NAME_CHARS); Memory domain = new Memory(2L * NAME_CHARS)) {
      if (ConvertStringSidToSidW(new WString(sid), binary.place()) == Win32Constants.FALSE) {
        return null;
      }
      sizes.setInt(0, NAME_CHARS);
      sizes.setInt(Integer.BYTES, NAME_CHARS);
      long sizesAt = Pointer.nativeValue(sizes);
      if (LookupAccountSidW(Win32Constants.NULL, Pointer.nativeValue(binary.pointee()), Pointer.nativeValue(name),
          sizesAt, Pointer.nativeValue(domain), sizesAt + Integer.BYTES, sizesAt + 2L * Integer.BYTES)
          == Win32Constants.FALSE) {
        return null;
      }
      String authority = domain.getWideString(0);
      return authority.isEmpty() ? name.getWideString(0) : authority + '\\' + name.getWideString(0);
    }
  }

  private static native int ConvertStringSidToSidW(WString text, long sid);

  private static native int LookupAccountSidW(long system, long sid, long name, long nameChars, long domain,
      long domainChars, long use);
}
