// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * A handle that somebody else has opened: what it is, and how it is read and written by calls that block.
 */
public final class OpenHandle {

  private static final int FILE_TYPE_PIPE = 3;
  private static final int PIPE_SERVER_END = 1;
  private static final int HANDLE_FLAG_PROTECT_FROM_CLOSE = 2;

  static {
    Native.register(OpenHandle.class, "kernel32");
  }

  private OpenHandle() {
  }

  /**
   * Whether it is a pipe, and no file or other device.
   *
   * @param handle the handle
   * @return true for pipes, and for sockets
   */
  public static boolean isPipe(long handle) {
    return GetFileType(handle) == FILE_TYPE_PIPE;
  }

  /**
   * Whether it is an end of a pipe.
   *
   * @param handle the handle
   * @return 1 for the server's end, 0 for the client's, or the negated error code where it is no pipe
   */
  public static int serverEnd(long handle) {
    if (!isPipe(handle)) {
      return -Win32Errors.ERROR_BAD_PIPE;
    }
    try (Memory flags = new Memory(Integer.BYTES)) {
      int done = GetNamedPipeInfo(handle, Pointer.nativeValue(flags), 0, 0, 0);
      // A socket is of the type of a pipe also, but has none of this.
      return done != Win32Constants.FALSE ? flags.getInt(0) & PIPE_SERVER_END
          : serverEnd(Kernel32.lastError(), handle);
    }
  }

  /** PIPE_ACCESS_OUTBOUND alone comes without the right to read attributes, which CreateFile and CreatePipe add. */
  private static int serverEnd(int error, long handle) {
    boolean denied = error == Win32Errors.ERROR_ACCESS_DENIED;
    return denied && HandleModes.access(handle) == HandleModes.WRITE_DATA ? 1 : -error;
  }

  static long standard(int which) {
    return GetStdHandle(which);
  }

  static void protectFromClose(long handle, boolean isProtected) {
    SetHandleInformation(handle, HANDLE_FLAG_PROTECT_FROM_CLOSE, isProtected ? HANDLE_FLAG_PROTECT_FROM_CLOSE : 0);
  }

  static void setStandard(int which, long handle) {
    SetStdHandle(which, handle);
  }

  /**
   * Reads, and blocks until there is something.
   *
   * @param handle a handle without overlapped I/O
   * @param buffer where the bytes go
   * @param length how many fit
   * @return how many there are, or the negated error code, ERROR_MORE_DATA when a part of a message has filled the
   *     buffer
   */
  public static int read(long handle, long buffer, int length) {
    try (Memory count = new Memory(Integer.BYTES)) {
      int done = Kernel32.ReadFile(handle, buffer, length, Pointer.nativeValue(count), Win32Constants.NULL);
      int error = done != Win32Constants.FALSE ? Win32Errors.ERROR_SUCCESS : Kernel32.lastError();
      return error == Win32Errors.ERROR_SUCCESS ? count.getInt(0) : -error;
    }
  }

  /**
   * Writes, and blocks until there is room.
   *
   * @param handle a handle without overlapped I/O
   * @param buffer where the bytes are
   * @param length how many
   * @return how many were written, or the negated error code
   */
  public static int write(long handle, long buffer, int length) {
    try (Memory count = new Memory(Integer.BYTES)) {
      int done = Kernel32.WriteFile(handle, buffer, length, Pointer.nativeValue(count), Win32Constants.NULL);
      return done != Win32Constants.FALSE ? count.getInt(0) : -Kernel32.lastError();
    }
  }

  private static native int GetFileType(long handle);

  private static native int GetNamedPipeInfo(long pipe, long flags, long outBufferSize, long inBufferSize,
      long maxInstances);

  private static native long GetStdHandle(int which);

  private static native int SetStdHandle(int which, long handle);

  private static native int SetHandleInformation(long handle, int mask, int flags);
}
