// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * What GetNamedPipeInfo says of a pipe.
 *
 * @param serverEnd whether the handle is the server's end
 * @param messageType whether the pipe carries messages
 * @param outBufferSize the outbound quota
 * @param inBufferSize the inbound quota
 * @param maxInstances how many instances may exist
 */
public record PipeInfo(
    boolean serverEnd, boolean messageType, int outBufferSize, int inBufferSize, int maxInstances) {

  private static final int PIPE_SERVER_END = 1;
  private static final int PIPE_TYPE_MESSAGE = 4;
  private static final int WORDS = 4;

  /**
   * Asks.
   *
   * @param handle either end of a pipe
   * @return the answer
   */
  public static PipeInfo of(long handle) {
    try (Memory words = new Memory((long) WORDS * Integer.BYTES)) {
      long address = Pointer.nativeValue(words);
      if (NativeInfo.GetNamedPipeInfo(handle, address, address + 4, address + 8, address + 12)
          == Win32Constants.FALSE) {
        throw new Win32Exception("GetNamedPipeInfo", Kernel32.lastError());
      }
      int flags = words.getInt(0);
      return new PipeInfo((flags & PIPE_SERVER_END) != 0, (flags & PIPE_TYPE_MESSAGE) != 0, words.getInt(4),
        words.getInt(8), words.getInt(12));
    }
  }

  private static final class NativeInfo {

    static {
      Native.register(NativeInfo.class, "kernel32");
    }

    static native int GetNamedPipeInfo(long pipe, long flags, long outBufferSize, long inBufferSize,
        long maxInstances);
  }
}
