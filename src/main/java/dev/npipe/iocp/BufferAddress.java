// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import dev.npipe.win32.NativeMemory;
import java.nio.ByteBuffer;

/**
 * Where a direct buffer's bytes are, as {@link PipeHandle#read} and {@link PipeHandle#write} want to know.
 */
public final class BufferAddress {

  private BufferAddress() {
  }

  /**
   * The address of a buffer's byte at its position.
   *
   * @param buffer a direct buffer
   * @return the address, valid while the buffer's memory is
   */
  public static long of(ByteBuffer buffer) {
    return NativeMemory.addressOf(buffer) + buffer.position();
  }
}
