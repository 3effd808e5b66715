// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PoolChunkListMetric;
import io.netty.buffer.PoolChunkMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocatorMetric;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.impl.buffer.VertxByteBufAllocator;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What is in use.
 *
 * @param heap bytes of live objects
 * @param direct bytes outside of the heap: those that Netty takes past the JVM's own count, and those in the count
 */
record Memory(long heap, long direct) {

  private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();
  private static final List<BufferPoolMXBean> POOLS = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);

  static Memory now() {
    long direct = outsideOfTheHeap();
    MEMORY.getHeapMemoryUsage();
    System.gc();
    System.gc();
    // Nothing between, for it would count.
    long heap = MEMORY.getHeapMemoryUsage().getUsed();
    return new Memory(heap, direct);
  }

  /** Of pooled memory what is in use: a chunk of some MiB serves many connections, be they there or not. */
  private static long outsideOfTheHeap() {
    long direct = Math.max(0, PlatformDependent.usedDirectMemory());
    for (BufferPoolMXBean pool : POOLS) {
      direct += pool.getName().equals("direct") ? pool.getMemoryUsed() : 0;
    }
    for (ByteBufAllocator allocator : Set.of(PooledByteBufAllocator.DEFAULT, VertxByteBufAllocator.POOLED_ALLOCATOR)) {
      if (allocator instanceof PooledByteBufAllocator) {
        PooledByteBufAllocatorMetric pooled = ((PooledByteBufAllocator) allocator).metric();
        direct -= pooled.usedDirectMemory();
        direct += pooled.directArenas().stream().mapToLong(Memory::used).sum();
      }
    }
    return direct;
  }

  private static long used(PoolArenaMetric arena) {
    long used = 0;
    for (PoolChunkListMetric chunks : arena.chunkLists()) {
      for (PoolChunkMetric chunk : chunks) {
        used += chunk.chunkSize() - chunk.freeBytes();
      }
    }
    return used;
  }

  /** By how much it has grown since then, for each of so many connections. */
  String grownSince(Memory then, int connections) {
    return String.format(Locale.ROOT, "heap_per_conn=%d direct_per_conn=%d", (heap - then.heap) / connections,
        (direct - then.direct) / connections);
  }
}
