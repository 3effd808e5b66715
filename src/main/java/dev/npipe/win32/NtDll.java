// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Native;

/**
 * Functions of ntdll.dll, directly mapped as in {@link Kernel32}.
 */
final class NtDll {

  static {
    Native.register(NtDll.class, "ntdll");
  }

  private NtDll() {
  }

  static native int RtlNtStatusToDosError(int status);
}
