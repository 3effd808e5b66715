// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The watch sees what it is there for. */
class LeakWatchTest {

  private static final int MANY = 20;

  private static void leak(ByteBufAllocator allocator) {
    ByteBuf lost = allocator.directBuffer(1);
    lost.touch("lost on purpose");
  }

  @Test
  void aBufferThatNobodyReleasesFailsItsClass() throws InterruptedException {
    for (ByteBufAllocator allocator : List.of(PooledByteBufAllocator.DEFAULT, UnpooledByteBufAllocator.DEFAULT)) {
      leak(allocator);
      AssertionError failure = assertThrows(AssertionError.class, () -> {
        for (int i = 0; i < MANY; i++) {
          LeakWatch.collect();
          new LeakWatch().afterAll(null);
        }
      });
      assertTrue(failure.getMessage().contains("lost on purpose"), failure.getMessage());
    }
  }

  @Test
  void whatIsReleasedIsNotReported() throws InterruptedException {
    ByteBufAllocator.DEFAULT.directBuffer(1).release();
    LeakWatch.collect();
    assertEquals("", LeakWatch.take());
  }
}
