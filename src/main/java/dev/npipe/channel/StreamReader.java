// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.PipeHandle;
import io.netty.buffer.ByteBuf;
import io.netty.channel.RecvByteBufAllocator;

/**
 * Reads a stream of bytes: whatever a read brings is delivered.
 */
@SuppressWarnings("deprecation") // AbstractUnsafe hands out RecvByteBufAllocator.Handle, deprecated as it is
final class StreamReader extends PipeReader {

  StreamReader(NamedPipeChannel channel, PipeHandle handle) {
    super(channel, handle);
  }

  @Override
  ByteBuf roomIn(ByteBuf begun, RecvByteBufAllocator.Handle allocHandle) {
    return begun != null ? begun : channel.alloc().directBuffer(allocHandle.guess());
  }

  @Override
  ByteBuf received(ByteBuf bytes, boolean whole) {
    // None is somebody's zero-byte write: nothing, and not the end (ReadFile, "zero-byte write").
    return bytes.isReadable() ? bytes : null;
  }
}
