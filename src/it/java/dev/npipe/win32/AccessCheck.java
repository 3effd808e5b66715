// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.WString;

/** The system's own judgement on who may do what with an object of a certain descriptor, without the object. */
public final class AccessCheck {

  private static final int SECURITY_IDENTIFICATION = 1;
  private static final int TOKEN_IMPERSONATION = 2;
  private static final int TOKEN_ALL = 0xf01ff;
  private static final int PRIVILEGES_BYTES = 1024;
  // What CreateFile, CreateNamedPipe and CloseHandle make of GENERIC_READ, WRITE, EXECUTE and ALL for a pipe.
  private static final int[] MAPPING = {0x120089, 0x120116, 0x1200a0, 0x1f01ff};

  static {
    Native.register(AccessCheck.class, "advapi32");
  }

  private AccessCheck() {
  }

  /** Whether the current user is in a group, and the group is enabled. */
  public static boolean isMember(String sid) {
    long token = AccessToken.ofProcess(Kernel32.GetCurrentProcess());
    try {
      return AccessToken.groups(token).contains(sid);
    } finally {
      Kernel32.CloseHandle(token);
    }
  }

  /** The current user, but for groups that may only be denied something. */
  public static long tokenWithout(String... sids) {
    try (Memory place = new Memory(Long.BYTES); Memory disabled = new Memory(16L * Math.max(1, sids.length))) {
      disabled.clear();
      LocalMemory[] binaries = new LocalMemory[sids.length];
      for (int i = 0; i < sids.length; i++) {
        binaries[i] = new LocalMemory();
        require("ConvertStringSidToSid", ConvertStringSidToSidW(new WString(sids[i]), binaries[i].place()));
        disabled.setPointer(16L * i, binaries[i].pointee());
      }
      require("OpenProcessToken",
        Advapi32.OpenProcessToken(Kernel32.GetCurrentProcess(), TOKEN_ALL, Pointer.nativeValue(place)));
      long own = place.getLong(0);
      require("CreateRestrictedToken", CreateRestrictedToken(own, 0, sids.length, Pointer.nativeValue(disabled), 0, 0,
        0, 0, Pointer.nativeValue(place)));
      long restricted = place.getLong(0);
      require("DuplicateTokenEx", DuplicateTokenEx(restricted, TOKEN_ALL, 0, SECURITY_IDENTIFICATION,
        TOKEN_IMPERSONATION, Pointer.nativeValue(place)));
      for (LocalMemory binary : binaries) {
        binary.close();
      }
      Kernel32.CloseHandle(own);
      Kernel32.CloseHandle(restricted);
      return place.getLong(0);
    }
  }

  /** Whether a token is granted all of these rights. */
  public static boolean grants(String sddl, long token, int rights) {
    try (LocalMemory descriptor = new LocalMemory(); Memory mapping = new Memory(16);
        Memory privileges = new Memory(PRIVILEGES_BYTES); Memory out = new Memory(12)) {
      require("ConvertStringSecurityDescriptorToSecurityDescriptor",
        Advapi32.ConvertStringSecurityDescriptorToSecurityDescriptorW(new WString(sddl),
          Win32Constants.SDDL_REVISION_1, descriptor.place(), 0));
      mapping.write(0, MAPPING, 0, MAPPING.length);
      long at = Pointer.nativeValue(out);
      out.setInt(0, PRIVILEGES_BYTES);
      require("AccessCheck", AccessCheck(Pointer.nativeValue(descriptor.pointee()), token, rights,
        Pointer.nativeValue(mapping), Pointer.nativeValue(privileges), at, at + 4, at + 8));
      return out.getInt(8) != 0;
    }
  }

  private static void require(String function, int done) {
    if (done == Win32Constants.FALSE) {
      throw new Win32Exception(function, Kernel32.lastError());
    }
  }

  private static native int AccessCheck(long descriptor, long token, int rights, long mapping, long privileges,
      long privilegesLength, long granted, long status);

  private static native int CreateRestrictedToken(long token, int flags, int disableCount, long disable,
      int deleteCount, long delete, int restrictCount, long restrict, long restricted);

  private static native int DuplicateTokenEx(long token, int access, long attributes, int level, int type, long place);

  private static native int ConvertStringSidToSidW(WString text, long sid);
}
