// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * What the file system of named pipes tells about one end of a pipe (MS-FSCC, "FilePipeInformation" and
 * "FilePipeLocalInformation"). The right to read attributes is enough, which CreateFile and CreatePipe give to each
 * handle; the Win32 functions ask for that to read data.
 */
public final class PipeState {

  /** What the system does not tell. */
  public static final long UNKNOWN = -1;

  private static final int FILE_PIPE_INFORMATION = 23;
  private static final int FILE_PIPE_LOCAL_INFORMATION = 24;
  private static final int PIPE_BYTES = 8;
  private static final int COMPLETION_MODE_OFFSET = 4;
  private static final int LOCAL_BYTES = 40;
  private static final int OUTBOUND_QUOTA_OFFSET = 24;
  private static final int WRITE_QUOTA_AVAILABLE_OFFSET = 28;
  private static final int NAMED_PIPE_STATE_OFFSET = 32;
  private static final int FILE_PIPE_CONNECTED_STATE = 3;
  private static final int IO_STATUS_BYTES = 16;

  private PipeState() {
  }

  /**
   * Whether the other end is there.
   *
   * @param pipe the handle
   * @return 0 as long as it is connected; ERROR_BROKEN_PIPE when it is gone, also while something it wrote is still
   *     there to be read; or why the system does not tell
   */
  public static int connection(long pipe) {
    try (Memory local = new Memory(LOCAL_BYTES)) {
      int failure = query(pipe, local, FILE_PIPE_LOCAL_INFORMATION);
      if (failure != NtStatus.STATUS_SUCCESS) {
        return NtStatus.toWin32(failure);
      }
      return local.getInt(NAMED_PIPE_STATE_OFFSET) == FILE_PIPE_CONNECTED_STATE
          ? Win32Errors.ERROR_SUCCESS
          : Win32Errors.ERROR_BROKEN_PIPE;
    }
  }

  /**
   * How much of the room for what a server writes is taken.
   *
   * @param pipe the server's end
   * @return the number of bytes, {@link #UNKNOWN} where the system does not tell
   */
  public static long writeQuotaUsed(long pipe) {
    try (Memory local = new Memory(LOCAL_BYTES)) {
      return query(pipe, local, FILE_PIPE_LOCAL_INFORMATION) == NtStatus.STATUS_SUCCESS
          ? Integer.toUnsignedLong(local.getInt(OUTBOUND_QUOTA_OFFSET))
              - Integer.toUnsignedLong(local.getInt(WRITE_QUOTA_AVAILABLE_OFFSET))
          : UNKNOWN;
    }
  }

  /**
   * Whether each read takes one message, or a part of one.
   *
   * @param pipe the handle
   * @return false for a stream of bytes, and where the system does not tell
   */
  public static boolean readsMessages(long pipe) {
    try (Memory modes = new Memory(PIPE_BYTES)) {
      return query(pipe, modes, FILE_PIPE_INFORMATION) == NtStatus.STATUS_SUCCESS && modes.getInt(0) != 0;
    }
  }

  /**
   * Whether calls return at once, done or not (PIPE_NOWAIT), overlapped ones too.
   *
   * @param pipe the handle
   * @return false for one that waits, and where the system does not tell
   */
  public static boolean doesNotWait(long pipe) {
    try (Memory modes = new Memory(PIPE_BYTES)) {
      return query(pipe, modes, FILE_PIPE_INFORMATION) == NtStatus.STATUS_SUCCESS
          && modes.getInt(COMPLETION_MODE_OFFSET) != 0;
    }
  }

  private static int query(long pipe, Memory information, int kind) {
    try (Memory status = new Memory(IO_STATUS_BYTES)) {
      return NtDll.NtQueryInformationFile(pipe, Pointer.nativeValue(status), Pointer.nativeValue(information),
        (int) information.size(), kind);
    }
  }
}
