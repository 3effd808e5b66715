// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * A call that blocks its thread, and how another thread ends it.
 */
public final class BlockingCall {

  private static final int THREAD_TERMINATE = 1;
  private static final int DUPLICATE_SAME_ACCESS = 2;

  static {
    Native.register(BlockingCall.class, "kernel32");
  }

  private BlockingCall() {
  }

  /**
   * Opens the thread that calls this, for {@link #cancel}.
   *
   * @return a handle to be closed, 0 when there is none to be had
   */
  public static long openCurrentThread() {
    return OpenThread(THREAD_TERMINATE, Win32Constants.FALSE, GetCurrentThreadId());
  }

  /**
   * Ends the call that blocks a thread.
   *
   * @param thread the thread
   * @return 0, ERROR_NOT_FOUND when it is not blocked, or another error code
   */
  public static int cancel(long thread) {
    return CancelSynchronousIo(thread) != Win32Constants.FALSE ? Win32Errors.ERROR_SUCCESS : Kernel32.lastError();
  }

  /**
   * Waits until the other end has read everything.
   *
   * @param pipe the handle
   * @return 0; ERROR_BROKEN_PIPE when the other end is gone; ERROR_ACCESS_DENIED when this process may not know whether
   *     it is; or another error code
   */
  public static int flush(long pipe) {
    int connection = PipeState.connection(pipe);
    if (connection == Win32Errors.ERROR_BROKEN_PIPE || connection == Win32Errors.ERROR_ACCESS_DENIED) {
      // What it has left unread is not there any more, and there would be nothing to wait for. Not asked afterwards:
      // a peer that has read everything may close before this thread goes on.
      return connection;
    }
    return Kernel32.FlushFileBuffers(pipe) != Win32Constants.FALSE ? Win32Errors.ERROR_SUCCESS : Kernel32.lastError();
  }

  /**
   * Opens a handle once more, so that it can be used while the first is closed.
   *
   * @param handle the handle
   * @return another one to the same object, or the negated error code
   */
  public static long duplicate(long handle) {
    try (Memory place = new Memory(Long.BYTES)) {
      long self = Kernel32.GetCurrentProcess();
      int done = DuplicateHandle(self, handle, self, Pointer.nativeValue(place), 0, Win32Constants.FALSE,
        DUPLICATE_SAME_ACCESS);
      return done != Win32Constants.FALSE ? place.getLong(0) : -Kernel32.lastError();
    }
  }

  private static native long OpenThread(int access, int inherit, int threadId);

  private static native int GetCurrentThreadId();

  private static native int CancelSynchronousIo(long thread);

  private static native int DuplicateHandle(long fromProcess, long handle, long toProcess, long place, int access,
      int inherit, int options);
}
