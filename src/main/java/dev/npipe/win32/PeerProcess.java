// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * Who is at the other end of a pipe: process, session, machine.
 */
public final class PeerProcess {

  private static final int COMPUTER_NAME_CHARS = 256;

  static {
    Native.register(PeerProcess.class, "kernel32");
  }

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

  /**
   * Its session.
   *
   * @param pipe the handle
   * @param serverEnd whether the handle is the server's end
   * @return the session id, or the negated error code
   */
  public static long session(long pipe, boolean serverEnd) {
    try (Memory place = new Memory(Integer.BYTES)) {
      long address = Pointer.nativeValue(place);
      int done = serverEnd
        ? GetNamedPipeClientSessionId(pipe, address)
        : GetNamedPipeServerSessionId(pipe, address);
      return done != Win32Constants.FALSE ? Integer.toUnsignedLong(place.getInt(0)) : -Kernel32.lastError();
    }
  }

  /**
   * The machine of the client.
   *
   * @param pipe the server's end
   * @return its name, empty for this machine, or null where the system does not tell
   */
  public static String computerName(long pipe) {
    if (ComputerName.FUNCTION == null) {
      return "";
    }
    try (Memory name = new Memory(2L * COMPUTER_NAME_CHARS)) {
      int done = ComputerName.FUNCTION.invokeInt(new Object[] {pipe, name, 2 * COMPUTER_NAME_CHARS});
      if (done != Win32Constants.FALSE) {
        return name.getWideString(0);
      }
      return Kernel32.lastError() == Win32Errors.ERROR_PIPE_LOCAL ? "" : null;
    }
  }

  /** Wine does not have the function, nor clients of other machines. */
  private static final class ComputerName {

    static final Function FUNCTION = find();

    private static Function find() {
      try {
        return NativeLibrary.getInstance("kernel32").getFunction("GetNamedPipeClientComputerNameW");
      } catch (UnsatisfiedLinkError missing) {
        return null;
      }
    }
  }

  private static native int GetNamedPipeClientSessionId(long pipe, long sessionId);

  private static native int GetNamedPipeServerSessionId(long pipe, long sessionId);
}
