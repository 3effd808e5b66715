// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import dev.npipe.win32.NativeMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The native memory of OVERLAPPED structures, in slabs that are never given back: a block that the kernel writes to
 * after a mistake of ours must not have become something else. Safe for use by any thread.
 *
 * <p>A block has 64 bytes, a cache line: OVERLAPPED (32), then a canary that tells whether anybody wrote past it.
 */
final class OverlappedBlocks {

  private static final int BLOCK_BYTES = 64;
  private static final int BLOCKS_PER_SLAB = 64;
  private static final int CANARY_OFFSET = 32;
  private static final int INTERNAL_OFFSET = 0;
  private static final int INTERNAL_HIGH_OFFSET = 8;
  private static final int EVENT_OFFSET = 24;
  private static final long STATUS_PENDING = 0x103;
  private static final long CANARY = 0x6e70_6970_655f_6f76L;

  private static final VarHandle STATUS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final List<ByteBuffer> slabs = new ArrayList<>();
  private final ArrayDeque<Block> free = new ArrayDeque<>();
  private int taken;

  /** One OVERLAPPED structure. Its content belongs to the kernel from submission to dequeue. */
  static final class Block {

    private final ByteBuffer slab;
    private final int offset;
    private final long address;
    private boolean inUse;

    private Block(ByteBuffer slab, int offset, long address) {
      this.slab = slab;
      this.offset = offset;
      this.address = address;
    }

    long address() {
      return address;
    }

    /** Makes the block ready for another operation. */
    void clear() {
      for (int at = 0; at < CANARY_OFFSET; at += Long.BYTES) {
        slab.putLong(offset + at, 0);
      }
      slab.putLong(offset + CANARY_OFFSET, CANARY ^ address);
    }

    /** Makes the kernel signal an event; only for a handle without a port. */
    void signals(long event) {
      if (event != 0) {
        // Complete only when the kernel says so, also where it does not mark the block before it returns.
        slab.putLong(offset + INTERNAL_OFFSET, STATUS_PENDING);
      }
      slab.putLong(offset + EVENT_OFFSET, event);
    }

    /** Whether the kernel has not finished; said by memory it writes to, so ask after its event only. */
    boolean isPending() {
      return (long) STATUS.getVolatile(slab, offset + INTERNAL_OFFSET) == STATUS_PENDING;
    }

    long status() {
      return slab.getLong(offset + INTERNAL_OFFSET);
    }

    int bytes() {
      return (int) slab.getLong(offset + INTERNAL_HIGH_OFFSET);
    }

    boolean isIntact() {
      return slab.getLong(offset + CANARY_OFFSET) == (CANARY ^ address);
    }
  }

  synchronized Block take() {
    Block block = free.poll();
    if (block == null) {
      grow();
      block = free.remove();
    }
    block.inUse = true;
    taken++;
    return block;
  }

  synchronized void giveBack(Block block) {
    if (!block.inUse) {
      throw new IllegalStateException("OVERLAPPED block given back twice");
    }
    block.inUse = false;
    taken--;
    free.push(block);
  }

  synchronized int taken() {
    return taken;
  }

  private void grow() {
    ByteBuffer memory = ByteBuffer.allocateDirect((BLOCKS_PER_SLAB + 1) * BLOCK_BYTES);
    ByteBuffer slab = memory.alignedSlice(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    slabs.add(slab);
    long base = NativeMemory.addressOf(slab);
    for (int i = 0; i < BLOCKS_PER_SLAB; i++) {
      free.add(new Block(slab, i * BLOCK_BYTES, base + (long) i * BLOCK_BYTES));
    }
  }
}
