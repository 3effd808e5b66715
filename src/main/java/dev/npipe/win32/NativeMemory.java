// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/**
 * Addresses of direct memory, on any operating system.
 */
public final class NativeMemory {

  private NativeMemory() {
  }

  /**
   * The address of a direct buffer's first byte. Valid as long as the buffer is strongly reachable.
   *
   * @param buffer a direct buffer
   * @return the address
   */
  public static long addressOf(ByteBuffer buffer) {
    return Pointer.nativeValue(Native.getDirectBufferPointer(buffer));
  }
}
