// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import dev.npipe.win32.Kernel32;
import dev.npipe.win32.Win32Constants;
import dev.npipe.win32.Win32Errors;
import java.util.UUID;

/**
 * Whether this system refuses to create a first instance under a name that is taken, as CreateNamedPipe documents for
 * FILE_FLAG_FIRST_PIPE_INSTANCE. Windows does, and atomically; Wine 8 ignores the flag, and Wine 10 creates the
 * instance with ERROR_ALREADY_EXISTS. Where it does not, a look at the name before the creation stands in.
 */
final class FirstInstanceCapability {

  private static final int LOOK_MILLIS = 1;

  private FirstInstanceCapability() {
  }

  /** Whether the flag does what is documented; found out once, on a pipe of its own. */
  static boolean isEnforced() {
    return Probe.ENFORCED;
  }

  /** Whether a pipe of that name exists. Not atomic with a creation that follows, so of use only as a stand-in. */
  static boolean isTaken(String path) {
    return Kernel32.waitNamedPipe(path, LOOK_MILLIS) != Win32Constants.FALSE
      || Kernel32.lastError() == Win32Errors.ERROR_SEM_TIMEOUT;
  }

  private static final class Probe {

    static final boolean ENFORCED = probe();

    private static boolean probe() {
      String path = "\\\\.\\pipe\\npipe-first-instance-" + UUID.randomUUID();
      long first = create(path);
      if (first == Win32Constants.INVALID_HANDLE_VALUE) {
        return true;
      }
      long second = create(path);
      if (second != Win32Constants.INVALID_HANDLE_VALUE) {
        Kernel32.CloseHandle(second);
      }
      Kernel32.CloseHandle(first);
      return second == Win32Constants.INVALID_HANDLE_VALUE;
    }

    private static long create(String path) {
      return Kernel32.createNamedPipe(path,
        Win32Constants.PIPE_ACCESS_DUPLEX | Win32Constants.FILE_FLAG_FIRST_PIPE_INSTANCE,
        Win32Constants.PIPE_REJECT_REMOTE_CLIENTS, Win32Constants.PIPE_UNLIMITED_INSTANCES, 0, 0, 0,
        Win32Constants.NULL);
    }
  }
}
