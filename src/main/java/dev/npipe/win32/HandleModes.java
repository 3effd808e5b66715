// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * How a handle was opened, which only the native functions tell.
 */
public final class HandleModes {

  private static final int FILE_NAME_INFORMATION = 9;
  private static final int FILE_MODE_INFORMATION = 16;
  private static final int OBJECT_BASIC_INFORMATION = 0;
  // FILE_SYNCHRONOUS_IO_ALERT and FILE_SYNCHRONOUS_IO_NONALERT (ntifs.h).
  private static final int SYNCHRONOUS = 0x30;
  private static final int BASIC_BYTES = 56;
  private static final int GRANTED_ACCESS_OFFSET = 4;
  private static final int IO_STATUS_BYTES = 16;
  private static final int NAME_BYTES = 1024;
  // FILE_FS_DEVICE_INFORMATION (ntifs.h).
  private static final int FILE_FS_DEVICE_INFORMATION = 4;
  private static final int DEVICE_BYTES = 8;
  private static final int CHARACTERISTICS_OFFSET = 4;
  private static final int FILE_REMOTE_DEVICE = 0x10;
  private static final int READ_DATA = 1;
  static final int WRITE_DATA = 2;

  private HandleModes() {
  }

  /**
   * Whether calls on the handle block.
   *
   * @param handle the handle
   * @return false for one that was opened for overlapped I/O
   * @throws Win32Exception when the system does not tell
   */
  public static boolean isSynchronous(long handle) {
    try (Memory status = new Memory(IO_STATUS_BYTES); Memory mode = new Memory(Integer.BYTES)) {
      require("NtQueryInformationFile", NtDll.NtQueryInformationFile(handle, Pointer.nativeValue(status),
        Pointer.nativeValue(mode), Integer.BYTES, FILE_MODE_INFORMATION));
      return (mode.getInt(0) & SYNCHRONOUS) != 0;
    }
  }

  /**
   * What may be done with the handle.
   *
   * @param handle the handle
   * @return 1 for reading, 2 for writing, 3 for both
   * @throws Win32Exception when the system does not tell
   */
  public static int access(long handle) {
    try (Memory basic = new Memory(BASIC_BYTES)) {
      require("NtQueryObject",
        NtDll.NtQueryObject(handle, OBJECT_BASIC_INFORMATION, Pointer.nativeValue(basic), BASIC_BYTES, 0));
      return basic.getInt(GRANTED_ACCESS_OFFSET) & (READ_DATA | WRITE_DATA);
    }
  }

  /**
   * Whether the pipe is another machine's, so that whatever is asked about it goes over the network.
   *
   * @param handle an end of it
   * @return false for one of this machine, and where the system does not tell
   */
  public static boolean isRemote(long handle) {
    try (Memory status = new Memory(IO_STATUS_BYTES); Memory device = new Memory(DEVICE_BYTES)) {
      int failure = NtDll.NtQueryVolumeInformationFile(handle, Pointer.nativeValue(status),
        Pointer.nativeValue(device), DEVICE_BYTES, FILE_FS_DEVICE_INFORMATION);
      return failure == NtStatus.STATUS_SUCCESS && (device.getInt(CHARACTERISTICS_OFFSET) & FILE_REMOTE_DEVICE) != 0;
    }
  }

  /**
   * The name of a pipe.
   *
   * @param handle an end of it
   * @return the name after {@code \\.\pipe\}, of another machine's what follows the first backslash of its path; null
   *     where the system does not tell
   */
  public static String pipeName(long handle) {
    try (Memory status = new Memory(IO_STATUS_BYTES); Memory name = new Memory(NAME_BYTES)) {
      int failure = NtDll.NtQueryInformationFile(handle, Pointer.nativeValue(status), Pointer.nativeValue(name),
        NAME_BYTES, FILE_NAME_INFORMATION);
      int bytes = failure != NtStatus.STATUS_SUCCESS ? 0 : name.getInt(0);
      if (bytes <= 2 || bytes > NAME_BYTES - Integer.BYTES) {
        return null;
      }
      String text = new String(name.getCharArray(Integer.BYTES, bytes / 2));
      return text.startsWith("\\") ? text.substring(1) : text;
    }
  }

  private static void require(String function, int status) {
    if (status != NtStatus.STATUS_SUCCESS) {
      throw new Win32Exception(function, NtStatus.toWin32(status));
    }
  }
}
