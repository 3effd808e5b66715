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

  /** What an open handle is like; returns an NTSTATUS. */
  static native int NtQueryInformationFile(long file, long ioStatus, long information, int length, int kind);

  /** What a handle's device is like; returns an NTSTATUS. */
  static native int NtQueryVolumeInformationFile(long file, long ioStatus, long information, int length, int kind);

  /** What a handle allows; returns an NTSTATUS. */
  static native int NtQueryObject(long handle, int kind, long information, int length, long returnedLength);

  static native int NtQueryDirectoryFile(long file, long event, long routine, long context, long statusBlock,
      long buffer, int length, int informationClass, byte returnSingleEntry, long fileName, byte restartScan);
}
