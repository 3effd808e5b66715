// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** Two handles, of which one reads what the other writes: what a process gives another for its standard streams. */
public final class AnonymousPipe {

  private static final int PIPE_NOWAIT = 1;

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

  /** Makes calls on an end of a pipe return at once, as the shells of Cygwin do with those they share. */
  public static void doNotWait(long handle, boolean readsMessages) {
    try (Memory mode = new Memory(Integer.BYTES)) {
      mode.setInt(0, PIPE_NOWAIT | (readsMessages ? Win32Constants.PIPE_READMODE_MESSAGE : 0));
      if (Kernel32.SetNamedPipeHandleState(handle, Pointer.nativeValue(mode), 0, 0) == 0) {
        throw new Win32Exception("SetNamedPipeHandleState", Kernel32.lastError());
      }
    }
  }

  private static native int CreatePipe(long reader, long writer, long attributes, int size);
}
