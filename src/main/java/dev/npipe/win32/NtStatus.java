// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

/**
 * The NTSTATUS an overlapped operation ends with (ntstatus.h), as a Win32 error code.
 */
public final class NtStatus {

  static final int STATUS_SUCCESS = 0;
  static final int STATUS_PENDING = 0x0000_0103;
  static final int STATUS_BUFFER_OVERFLOW = 0x8000_0005;
  static final int STATUS_IO_TIMEOUT = 0xC000_00B5;
  static final int STATUS_NOT_SUPPORTED = 0xC000_00BB;
  static final int STATUS_END_OF_FILE = 0xC000_0011;
  static final int STATUS_PIPE_DISCONNECTED = 0xC000_00B0;
  static final int STATUS_PIPE_CLOSING = 0xC000_00B1;
  static final int STATUS_CANCELLED = 0xC000_0120;
  static final int STATUS_PIPE_BROKEN = 0xC000_014B;

  private NtStatus() {
  }

  /**
   * What GetLastError would say for a status. The ones a pipe ends with day by day take no native call.
   *
   * @param status the NTSTATUS
   * @return the Win32 error code, 0 for success
   */
  public static int toWin32(int status) {
    return switch (status) {
      case STATUS_SUCCESS -> Win32Errors.ERROR_SUCCESS;
      case STATUS_PENDING -> Win32Errors.ERROR_IO_PENDING;
      case STATUS_BUFFER_OVERFLOW -> Win32Errors.ERROR_MORE_DATA;
      case STATUS_END_OF_FILE -> Win32Errors.ERROR_HANDLE_EOF;
      case STATUS_PIPE_DISCONNECTED -> Win32Errors.ERROR_PIPE_NOT_CONNECTED;
      case STATUS_PIPE_CLOSING -> Win32Errors.ERROR_NO_DATA;
      case STATUS_CANCELLED -> Win32Errors.ERROR_OPERATION_ABORTED;
      case STATUS_IO_TIMEOUT -> Win32Errors.ERROR_SEM_TIMEOUT;
      case STATUS_NOT_SUPPORTED -> Win32Errors.ERROR_NOT_SUPPORTED;
      case STATUS_PIPE_BROKEN -> Win32Errors.ERROR_BROKEN_PIPE;
      default -> NtDll.RtlNtStatusToDosError(status);
    };
  }
}
