// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.UnpooledByteBufAllocator;

/** An allocator that counts, and that runs out of memory when told so. */
final class ShortOfMemory extends AbstractByteBufAllocator implements ByteBufAllocatorMetricProvider {

  private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true);
  private int refusals;

  ShortOfMemory() {
    super(true);
  }

  /** The next allocations of direct memory fail. */
  void refuse(int times) {
    refusals = times;
  }

  @Override
  protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
    return memory.heapBuffer(initialCapacity, maxCapacity);
  }

  @Override
  protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
    if (refusals > 0) {
      refusals--;
      throw new OutOfMemoryError("of a test");
    }
    return memory.directBuffer(initialCapacity, maxCapacity);
  }

  @Override
  public boolean isDirectBufferPooled() {
    return false;
  }

  @Override
  public ByteBufAllocatorMetric metric() {
    return memory.metric();
  }
}
