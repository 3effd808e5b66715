// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * How many File and Event handles this process has open: what a test compares before and after, to see that nothing
 * leaks. A pipe is a File. Other kinds vary by themselves. Read from the system's handle table
 * (NtQuerySystemInformation, SystemExtendedHandleInformation), since GetProcessHandleCount says 0 under Wine.
 *
 * @param files the File handles
 * @param events the Event handles
 */
public record HandleCounts(int files, int events) {

  private static final int SYSTEM_EXTENDED_HANDLE_INFORMATION = 64;
  private static final int STATUS_INFO_LENGTH_MISMATCH = 0xC000_0004;
  private static final int FIRST_ENTRY = 16;
  private static final int ENTRY_BYTES = 40;
  private static final int PROCESS_OFFSET = 8;
  private static final int HANDLE_OFFSET = 16;
  private static final int TYPE_OFFSET = 30;

  /**
   * Counts now.
   *
   * @return the counts
   */
  public static HandleCounts take() {
    try (Memory table = handleTable()) {
      return new HandleCounts(count(table, Types.FILE), count(table, Types.EVENT));
    }
  }

  private static int count(Memory table, int type) {
    long own = ProcessHandle.current().pid();
    int count = 0;
    for (long entry = FIRST_ENTRY; entry < end(table); entry += ENTRY_BYTES) {
      if (table.getLong(entry + PROCESS_OFFSET) == own && typeOf(table, entry) == type) {
        count++;
      }
    }
    return count;
  }

  private static long end(Memory table) {
    return FIRST_ENTRY + table.getLong(0) * ENTRY_BYTES;
  }

  private static int typeOf(Memory table, long entry) {
    return Short.toUnsignedInt(table.getShort(entry + TYPE_OFFSET));
  }

  private static Memory handleTable() {
    for (long size = 1 << 16; size <= 1 << 26; size *= 2) {
      Memory table = new Memory(size);
      int status = NativeTable.NtQuerySystemInformation(SYSTEM_EXTENDED_HANDLE_INFORMATION,
        Pointer.nativeValue(table), (int) size, Win32Constants.NULL);
      if (status == 0) {
        return table;
      }
      table.close();
      if (status != STATUS_INFO_LENGTH_MISMATCH) {
        throw new IllegalStateException("NtQuerySystemInformation: status 0x" + Integer.toHexString(status));
      }
    }
    throw new IllegalStateException("NtQuerySystemInformation: the handle table does not fit");
  }

  /** The numbers of the two types, which differ from system to system: those of two handles of known type. */
  private static final class Types {

    static final int FILE;
    static final int EVENT;

    static {
      long pipe = Kernel32.createNamedPipe("\\\\.\\pipe\\npipe-handle-type-" + System.nanoTime(),
        Win32Constants.PIPE_ACCESS_DUPLEX, 0, 1, 0, 0, 0, Win32Constants.NULL);
      long event = NativeEvents.CreateEventW(Win32Constants.NULL, 0, 0, Win32Constants.NULL);
      try (Memory table = handleTable()) {
        FILE = typeOf(table, pipe, "pipe");
        EVENT = typeOf(table, event, "event");
      } finally {
        Kernel32.CloseHandle(pipe);
        Kernel32.CloseHandle(event);
      }
    }

    private static int typeOf(Memory table, long handle, String what) {
      long own = ProcessHandle.current().pid();
      for (long entry = FIRST_ENTRY; entry < end(table); entry += ENTRY_BYTES) {
        if (table.getLong(entry + PROCESS_OFFSET) == own && table.getLong(entry + HANDLE_OFFSET) == handle) {
          return HandleCounts.typeOf(table, entry);
        }
      }
      throw new IllegalStateException("the handle table does not have the " + what + " " + handle);
    }
  }

  private static final class NativeTable {

    static {
      Native.register(NativeTable.class, "ntdll");
    }

    static native int NtQuerySystemInformation(int informationClass, long information, int length, long returned);
  }

  private static final class NativeEvents {

    static {
      Native.register(NativeEvents.class, "kernel32");
    }

    static native long CreateEventW(long attributes, int manualReset, int initialState, long name);
  }
}
