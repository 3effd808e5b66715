// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Native;
import com.sun.jna.WString;

/**
 * Functions of advapi32.dll, directly mapped as in {@link Kernel32}.
 */
final class Advapi32 {

  static {
    Native.register(Advapi32.class, "advapi32");
  }

  private Advapi32() {
  }

  static native int ConvertStringSecurityDescriptorToSecurityDescriptorW(WString sddl, int revision, long descriptor,
      long size);

  static native int ConvertSecurityDescriptorToStringSecurityDescriptorW(long descriptor, int revision,
      int information, long sddl, long length);

  /** Returns the error code itself. */
  static native int GetSecurityInfo(long handle, int objectType, int information, long owner, long group, long dacl,
      long sacl, long descriptor);

  static native int OpenProcessToken(long process, int desiredAccess, long token);

  static native int GetTokenInformation(long token, int informationClass, long information, int length,
      long returnedLength);

  static native int ConvertSidToStringSidW(long sid, long text);
}
