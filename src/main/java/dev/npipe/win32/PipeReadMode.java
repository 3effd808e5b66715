// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * The modes of one end of a pipe: what one read takes, and whether calls wait. A client's end is in byte mode and waits
 * until it is switched, whatever the pipe was created with.
 */
public final class PipeReadMode {

  private PipeReadMode() {
  }

  /**
   * Makes each read take one message, or a part of one, and calls wait.
   *
   * @param pipe the handle
   * @return 0, ERROR_INVALID_PARAMETER on a pipe in byte mode, or another error code
   */
  public static int switchToMessages(long pipe) {
    return switchTo(pipe, Win32Constants.PIPE_READMODE_MESSAGE | Win32Constants.PIPE_WAIT);
  }

  /**
   * Makes calls wait that returned at once. What a read takes stays as it is.
   *
   * @param pipe the handle
   * @return 0, also when they do wait, or an error code
   */
  public static int switchToWaiting(long pipe) {
    if (!PipeState.doesNotWait(pipe)) {
      return Win32Errors.ERROR_SUCCESS;
    }
    return switchTo(pipe, Win32Constants.PIPE_WAIT
      | (PipeState.readsMessages(pipe) ? Win32Constants.PIPE_READMODE_MESSAGE : Win32Constants.PIPE_READMODE_BYTE));
  }

  private static int switchTo(long pipe, int modes) {
    try (Memory mode = new Memory(Integer.BYTES)) {
      mode.setInt(0, modes);
      int done = Kernel32.SetNamedPipeHandleState(pipe, Pointer.nativeValue(mode), Win32Constants.NULL,
        Win32Constants.NULL);
      return done != Win32Constants.FALSE ? Win32Errors.ERROR_SUCCESS : Kernel32.lastError();
    }
  }
}
