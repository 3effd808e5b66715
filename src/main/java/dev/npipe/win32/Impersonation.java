// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Native;

/**
 * Acting as the client of a pipe, on the thread that calls.
 */
public final class Impersonation {

  static {
    Native.register(Impersonation.class, "advapi32");
  }

  private Impersonation() {
  }

  /**
   * Makes the calling thread act as the client, as far as the client allows.
   *
   * @param pipe the server's end
   * @return 0 or an error code, after which the thread acts as the process still
   */
  public static int begin(long pipe) {
    return ImpersonateNamedPipeClient(pipe) != Win32Constants.FALSE ? Win32Errors.ERROR_SUCCESS : Kernel32.lastError();
  }

  /**
   * Makes the calling thread act as the process again.
   *
   * @return 0 or an error code, after which the thread acts as the client still and must end
   */
  public static int end() {
    return RevertToSelf() != Win32Constants.FALSE ? Win32Errors.ERROR_SUCCESS : Kernel32.lastError();
  }

  private static native int ImpersonateNamedPipeClient(long pipe);

  private static native int RevertToSelf();
}
