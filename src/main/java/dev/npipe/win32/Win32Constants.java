// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

/**
 * Win32 flags and sentinel values (winbase.h, winnt.h, ioapiset.h), under their own names.
 */
public final class Win32Constants {

  public static final long INVALID_HANDLE_VALUE = -1;
  public static final long NULL = 0;
  public static final int FALSE = 0;

  public static final int PIPE_ACCESS_DUPLEX = 0x0000_0003;
  public static final int FILE_FLAG_FIRST_PIPE_INSTANCE = 0x0008_0000;
  public static final int FILE_FLAG_BACKUP_SEMANTICS = 0x0200_0000;
  public static final int FILE_FLAG_OVERLAPPED = 0x4000_0000;
  public static final int FILE_FLAG_WRITE_THROUGH = 0x8000_0000;
  public static final int PIPE_TYPE_BYTE = 0;
  public static final int PIPE_READMODE_BYTE = 0;
  public static final int PIPE_TYPE_MESSAGE = 0x0000_0004;
  public static final int PIPE_READMODE_MESSAGE = 0x0000_0002;
  public static final int PIPE_WAIT = 0;
  public static final int PIPE_REJECT_REMOTE_CLIENTS = 0x0000_0008;
  public static final int PIPE_UNLIMITED_INSTANCES = 255;

  public static final int FILE_GENERIC_READ = 0x0012_0089;
  public static final int FILE_GENERIC_WRITE = 0x0012_0116;
  public static final int FILE_CREATE_PIPE_INSTANCE = 0x0000_0004;
  public static final int OPEN_EXISTING = 3;
  public static final int FILE_SHARE_READ_WRITE = 3;
  public static final int SECURITY_SQOS_PRESENT = 0x0010_0000;
  /** Where the SECURITY_IMPERSONATION_LEVEL stands among the flags of CreateFileW. */
  public static final int SECURITY_LEVEL_SHIFT = 16;
  public static final int SECURITY_DELEGATION = 3;

  public static final int FILE_SKIP_COMPLETION_PORT_ON_SUCCESS = 1;
  public static final int FILE_SKIP_SET_EVENT_ON_HANDLE = 2;

  static final int SDDL_REVISION_1 = 1;
  static final int SE_KERNEL_OBJECT = 6;
  static final int OWNER_SECURITY_INFORMATION = 1;
  static final int DACL_SECURITY_INFORMATION = 4;
  static final int TOKEN_QUERY = 8;

  private Win32Constants() {
  }
}
