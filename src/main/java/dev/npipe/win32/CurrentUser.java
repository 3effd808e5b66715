// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * The user this process runs as.
 */
public final class CurrentUser {

  // TOKEN_USER: the address of the SID and its attributes, then the SID itself, of at most 68 bytes (winnt.h).
  private static final int TOKEN_USER_BYTES = 128;

  private static volatile String sid;

  private CurrentUser() {
  }

  /**
   * The user's security identifier, of the process and not of whom a thread impersonates.
   *
   * @return the SID in text form
   * @throws Win32Exception when the process may not look at its own token
   */
  public static String sid() {
    String known = sid;
    if (known == null) {
      known = readSid();
      sid = known;
    }
    return known;
  }

  private static String readSid() {
    try (Memory place = new Memory(Long.BYTES)) {
      if (Advapi32.OpenProcessToken(Kernel32.GetCurrentProcess(), Win32Constants.TOKEN_QUERY,
          Pointer.nativeValue(place)) == Win32Constants.FALSE) {
        throw new Win32Exception("OpenProcessToken", Kernel32.lastError());
      }
      long token = place.getLong(0);
      try {
        return sidOf(token);
      } finally {
        Kernel32.CloseHandle(token);
      }
    }
  }

  private static String sidOf(long token) {
    try (Memory user = new Memory(TOKEN_USER_BYTES); Memory length = new Memory(Integer.BYTES);
        LocalMemory text = new LocalMemory()) {
      if (Advapi32.GetTokenInformation(token, Win32Constants.TOKEN_USER, Pointer.nativeValue(user), TOKEN_USER_BYTES,
          Pointer.nativeValue(length)) == Win32Constants.FALSE) {
        throw new Win32Exception("GetTokenInformation", Kernel32.lastError());
      }
      if (Advapi32.ConvertSidToStringSidW(user.getLong(0), text.place()) == Win32Constants.FALSE) {
        throw new Win32Exception("ConvertSidToStringSid", Kernel32.lastError());
      }
      return text.pointee().getWideString(0);
    }
  }
}
