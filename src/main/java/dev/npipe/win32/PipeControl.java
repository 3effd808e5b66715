// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;

/**
 * What the file system of named pipes does beyond the Win32 functions, which for these wait in the calling thread
 * (NtFsControlFile; MS-FSCC, "FSCTL Structures"). DeviceIoControl does not get there: it takes this device's codes for
 * those of another kind.
 */
public final class PipeControl {

  /** CTL_CODE(FILE_DEVICE_NAMED_PIPE, 16, METHOD_BUFFERED, FILE_WRITE_DATA). */
  private static final int FSCTL_PIPE_FLUSH = 0x0011_8040;
  /** CTL_CODE(FILE_DEVICE_NAMED_PIPE, 6, METHOD_BUFFERED, FILE_ANY_ACCESS). */
  private static final int FSCTL_PIPE_WAIT = 0x0011_0018;

  private static final String LOCAL_PREFIX = "\\\\.\\pipe\\";
  private static final long HUNDRED_NANOSECONDS_PER_MILLISECOND = 10_000;

  // FILE_PIPE_WAIT_FOR_BUFFER.
  private static final int NAME_LENGTH_OFFSET = 8;
  private static final int TIMEOUT_SPECIFIED_OFFSET = 12;
  private static final int NAME_OFFSET = 14;

  static {
    Native.register(PipeControl.class, "ntdll");
  }

  private PipeControl() {
  }

  /**
   * Waits, overlapped, until the other end has read everything.
   *
   * @param pipe the handle
   * @param overlapped the OVERLAPPED block
   * @return ERROR_IO_PENDING, 0, or an error code
   */
  public static int flush(long pipe, long overlapped) {
    return control(pipe, overlapped, FSCTL_PIPE_FLUSH, Win32Constants.NULL, 0);
  }

  /**
   * Opens the directory of the local pipes, overlapped.
   *
   * @return the handle, or INVALID_HANDLE_VALUE
   */
  public static long openRoot() {
    return Kernel32.openShared(LOCAL_PREFIX, Win32Constants.FILE_GENERIC_READ,
      Win32Constants.FILE_FLAG_OVERLAPPED | Win32Constants.FILE_FLAG_BACKUP_SEMANTICS);
  }

  /**
   * Waits, overlapped, until an instance of a local pipe can be opened.
   *
   * @param root the directory of the pipes
   * @param path the full path of the pipe
   * @param timeoutMillis how long to wait
   * @param overlapped the OVERLAPPED block
   * @return ERROR_IO_PENDING, 0, or an error code
   */
  public static int waitForInstance(long root, String path, int timeoutMillis, long overlapped) {
    byte[] name = path.substring(LOCAL_PREFIX.length()).getBytes(StandardCharsets.UTF_16LE);
    // The system copies it before the call returns (METHOD_BUFFERED).
    try (Memory request = new Memory(NAME_OFFSET + name.length)) {
      request.clear();
      request.setLong(0, -timeoutMillis * HUNDRED_NANOSECONDS_PER_MILLISECOND);
      request.setInt(NAME_LENGTH_OFFSET, name.length);
      request.setByte(TIMEOUT_SPECIFIED_OFFSET, (byte) 1);
      request.write(NAME_OFFSET, name, 0, name.length);
      return control(root, overlapped, FSCTL_PIPE_WAIT, Pointer.nativeValue(request), (int) request.size());
    }
  }

  private static int control(long file, long overlapped, int code, long input, int inputLength) {
    // An OVERLAPPED begins with an IO_STATUS_BLOCK, and is the context that its packet carries.
    return NtStatus.toWin32(NtFsControlFile(file, Win32Constants.NULL, Win32Constants.NULL, overlapped, overlapped,
      code, input, inputLength, Win32Constants.NULL, 0));
  }

  private static native int NtFsControlFile(long file, long event, long routine, long context, long statusBlock,
      int code, long input, int inputLength, long output, int outputLength);
}
