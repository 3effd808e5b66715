// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** Two handles, of which one reads what the other writes: what a process gives another for its standard streams. */
public final class AnonymousPipe {

  static {
    Native.register(AnonymousPipe.class, "kernel32");
  }

  public final long reader;
  public final long writer;

  public AnonymousPipe() {
    try (Memory handles = new Memory(16)) {
      long at = Pointer.nativeValue(handles);
      if (CreatePipe(at, at + 8, 0, 0) == 0) {
        throw new Win32Exception("CreatePipe", Kernel32.lastError());
      }
      reader = handles.getLong(0);
      writer = handles.getLong(8);
    }
  }

  private static native int CreatePipe(long reader, long writer, long attributes, int size);
}
