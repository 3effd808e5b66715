// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * The read mode of one end of a pipe: what one read takes. A client's end is in byte mode until it is switched,
 * whatever the pipe was created with.
 */
public final class PipeReadMode {

  private PipeReadMode() {
  }

  /**
   * Makes each read take one message, or a part of one.
   *
   * @param pipe the handle
   * @return 0, ERROR_INVALID_PARAMETER on a pipe in byte mode, or another error code
   */
  public static int switchToMessages(long pipe) {
    try (Memory mode = new Memory(Integer.BYTES)) {
      mode.setInt(0, Win32Constants.PIPE_READMODE_MESSAGE);
      int done = Kernel32.SetNamedPipeHandleState(pipe, Pointer.nativeValue(mode), Win32Constants.NULL,
        Win32Constants.NULL);
      return done != Win32Constants.FALSE ? Win32Errors.ERROR_SUCCESS : Kernel32.lastError();
    }
  }
}
