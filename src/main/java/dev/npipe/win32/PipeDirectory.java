// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;

/**
 * The directory of the local pipes (NtQueryDirectoryFile; MS-FSCC, "FileDirectoryInformation"). Of each name the system
 * says how many instances there are in the place of the file's size, and how many there may be in that of the space it
 * takes. FindFirstFile shows the first only, and asking for the attributes of a pipe takes an instance.
 */
public final class PipeDirectory {

  private static final int FILE_DIRECTORY_INFORMATION = 1;
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int STATUS_NO_MORE_FILES = 0x8000_0006;

  // FILE_DIRECTORY_INFORMATION.
  private static final int END_OF_FILE_OFFSET = 40;
  private static final int ALLOCATION_SIZE_OFFSET = 48;
  private static final int NAME_LENGTH_OFFSET = 60;
  private static final int NAME_OFFSET = 64;

  private PipeDirectory() {
  }

  /** Is given each name. */
  public interface Visitor {

    /**
     * There is a pipe.
     *
     * @param name without the prefix of pipes
     * @param instances how many instances there are
     * @param maxInstances how many there may be, -1 for no limit
     */
    void pipe(String name, int instances, int maxInstances);
  }

  /**
   * Lists the pipes of this machine, without opening any.
   *
   * @param visitor is given each
   * @return 0 or an error code
   */
  public static int list(Visitor visitor) {
    long root = Kernel32.openShared("\\\\.\\pipe\\", Win32Constants.FILE_GENERIC_READ,
        Win32Constants.FILE_FLAG_BACKUP_SEMANTICS);
    if (root == Win32Constants.INVALID_HANDLE_VALUE) {
      return Kernel32.lastError();
    }
    try (Memory statusBlock = new Memory(2L * Long.BYTES); Memory buffer = new Memory(BUFFER_BYTES)) {
      int status = next(root, statusBlock, buffer, true);
      while (status == NtStatus.STATUS_SUCCESS) {
        visit(buffer, visitor);
        status = next(root, statusBlock, buffer, false);
      }
      return status == STATUS_NO_MORE_FILES ? Win32Errors.ERROR_SUCCESS : NtStatus.toWin32(status);
    } finally {
      Kernel32.CloseHandle(root);
    }
  }

  private static int next(long root, Memory statusBlock, Memory buffer, boolean restart) {
    return NtDll.NtQueryDirectoryFile(root, Win32Constants.NULL, Win32Constants.NULL, Win32Constants.NULL,
        Pointer.nativeValue(statusBlock), Pointer.nativeValue(buffer), BUFFER_BYTES, FILE_DIRECTORY_INFORMATION,
        (byte) 0, Win32Constants.NULL, (byte) (restart ? 1 : 0));
  }

  /** Takes a buffer of entries apart. */
  static void visit(Pointer buffer, Visitor visitor) {
    long at = 0;
    long following;
    do {
      following = buffer.getInt(at) & 0xFFFF_FFFFL;
      byte[] name = buffer.getByteArray(at + NAME_OFFSET, buffer.getInt(at + NAME_LENGTH_OFFSET));
      visitor.pipe(new String(name, StandardCharsets.UTF_16LE), (int) buffer.getLong(at + END_OF_FILE_OFFSET),
          (int) buffer.getLong(at + ALLOCATION_SIZE_OFFSET));
      at += following;
    } while (following != 0);
  }
}
