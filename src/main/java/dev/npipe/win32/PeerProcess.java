// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * The process at the other end of a pipe.
 */
public final class PeerProcess {

  private PeerProcess() {
  }

  /**
   * Its id.
   *
   * @param pipe the handle
   * @param serverEnd whether the handle is the server's end
   * @return the process id, or the negated error code
   */
  public static long id(long pipe, boolean serverEnd) {
    try (Memory place = new Memory(Integer.BYTES)) {
      long address = Pointer.nativeValue(place);
      int done = serverEnd
        ? Kernel32.GetNamedPipeClientProcessId(pipe, address)
        : Kernel32.GetNamedPipeServerProcessId(pipe, address);
      return done != Win32Constants.FALSE ? Integer.toUnsignedLong(place.getInt(0)) : -Kernel32.lastError();
    }
  }
}
