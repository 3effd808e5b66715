// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import dev.npipe.win32.Kernel32;
import dev.npipe.win32.PipeState;
import dev.npipe.win32.Win32Constants;
import java.util.UUID;

/**
 * Whether this system says how much of the room of a pipe is taken. Windows does; Wine 8 says of all pipes that no room
 * is left, of those too to which nobody has written.
 */
final class WriteQuotaCapability {

  private static final int QUOTA_BYTES = 4096;

  private WriteQuotaCapability() {
  }

  /** Whether what it says can be believed; found out once, on a pipe of its own. */
  static boolean isTold() {
    return Probe.TOLD;
  }

  private static final class Probe {

    static final boolean TOLD = probe();

    private static boolean probe() {
      long unused = Kernel32.createNamedPipe("\\\\.\\pipe\\npipe-write-quota-" + UUID.randomUUID(),
          Win32Constants.PIPE_ACCESS_DUPLEX | Win32Constants.FILE_FLAG_FIRST_PIPE_INSTANCE,
          Win32Constants.PIPE_REJECT_REMOTE_CLIENTS, 1, QUOTA_BYTES, QUOTA_BYTES, 0, Win32Constants.NULL);
      if (unused == Win32Constants.INVALID_HANDLE_VALUE) {
        return false;
      }
      try {
        return PipeState.writeQuotaUsed(unused) == 0;
      } finally {
        Kernel32.CloseHandle(unused);
      }
    }
  }
}
