// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * What the system tells about another process.
 */
public final class ProcessFacts {

  private static final int PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;
  // The longest path there is.
  private static final int PATH_CHARS = 32 * 1024;

  static {
    Native.register(ProcessFacts.class, "kernel32");
  }

  private ProcessFacts() {
  }

  /**
   * Opens a process. As long as the handle is open, no other process is given its id.
   *
   * @param processId the id
   * @return the handle, or the negated error code
   */
  public static long open(long processId) {
    long process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, Win32Constants.FALSE, (int) processId);
    return process != Win32Constants.NULL ? process : -Kernel32.lastError();
  }

  /**
   * When it was started.
   *
   * @param process the handle
   * @return 100-nanosecond intervals since 1601, or -1
   */
  public static long startTime(long process) {
    try (Memory times = new Memory(4L * Long.BYTES)) {
      long at = Pointer.nativeValue(times);
      return GetProcessTimes(process, at, at + Long.BYTES, at + 2L * Long.BYTES, at + 3L * Long.BYTES)
          != Win32Constants.FALSE ? times.getLong(0) : -1;
    }
  }

  /**
   * The program it runs.
   *
   * @param process the handle
   * @return the full path, or null
   */
  public static String imagePath(long process) {
    try (Memory path = new Memory(2L * PATH_CHARS); Memory size = new Memory(Integer.BYTES)) {
      size.setInt(0, PATH_CHARS);
      return QueryFullProcessImageNameW(process, 0, Pointer.nativeValue(path), Pointer.nativeValue(size))
          != Win32Constants.FALSE ? path.getWideString(0) : null;
    }
  }

  /**
   * The time of the clock that start times are taken from.
   *
   * @return 100-nanosecond intervals since 1601
   */
  public static long systemTime() {
    try (Memory time = new Memory(Long.BYTES)) {
      GetSystemTimePreciseAsFileTime(Pointer.nativeValue(time));
      return time.getLong(0);
    }
  }

  private static native long OpenProcess(int desiredAccess, int inherit, int processId);

  private static native int GetProcessTimes(long process, long creation, long exit, long kernel, long user);

  private static native int QueryFullProcessImageNameW(long process, int flags, long name, long size);

  private static native void GetSystemTimePreciseAsFileTime(long time);
}
