// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.BufferAddress;
import io.netty.buffer.ByteBuf;

/**
 * The address of a direct buffer's bytes, whether or not Netty may use Unsafe (it does not by default since JDK 24).
 */
final class DirectMemory {

  private DirectMemory() {
  }

  static boolean isDirect(ByteBuf buffer) {
    return buffer.hasMemoryAddress() || buffer.isDirect() && buffer.nioBufferCount() == 1;
  }

  static long addressOf(ByteBuf buffer, int index, int length) {
    return buffer.hasMemoryAddress()
        ? buffer.memoryAddress() + index
        : BufferAddress.of(buffer.internalNioBuffer(index, length));
  }
}
