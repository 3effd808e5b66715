// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PipeWriteQueueTest {

  private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
  private final List<Long> writes = new ArrayList<>();
  private int drains;
  private boolean outputOpen = true;
  private final PipeWriteQueue queue = new PipeWriteQueue(channel.pipeline().firstContext(), 10, 4) {

    @Override
    void handleWritten(long bytes) {
      writes.add(bytes);
    }

    @Override
    void handleDrained() {
      drains++;
    }

    @Override
    boolean isOutputOpen() {
      return outputOpen && channel.isOpen();
    }
  };

  @AfterEach
  void release() {
    channel.finishAndReleaseAll();
  }

  private Promise<Void> write(int bytes) {
    Promise<Void> promise = Promise.promise();
    queue.write(Unpooled.wrappedBuffer(new byte[bytes]), bytes, promise);
    return promise;
  }

  private int nextWritten() {
    ByteBuf written = channel.readOutbound();
    if (written == null) {
      return -1;
    }
    try {
      return written.readableBytes();
    } finally {
      written.release();
    }
  }

  @Test
  void writesWithinABurstOfReadsLeaveTogether() {
    queue.hold();
    Promise<Void> first = write(1);
    write(2);
    assertEquals(-1, nextWritten());
    assertFalse(first.future().isComplete());
    queue.release();
    assertEquals(1, nextWritten());
    assertEquals(2, nextWritten());
    assertTrue(first.future().succeeded());
  }

  @Test
  void theQueueIsFullAtItsSizeAndDrainsAtHalfOfIt() {
    queue.hold();
    write(9);
    assertFalse(queue.isFull());
    write(1);
    assertTrue(queue.isFull());
    queue.release();
    channel.runPendingTasks();
    assertFalse(queue.isFull());
    assertEquals(1, drains);
  }

  @Test
  void aQueueThatWasNeverFullDoesNotDrain() {
    write(9);
    channel.runPendingTasks();
    assertEquals(0, drains);
  }

  @Test
  void aLargerSizeDrainsAtOnce() {
    queue.hold();
    write(10);
    assertTrue(queue.isFull());
    queue.setMaxBytes(100);
    channel.runPendingTasks();
    assertFalse(queue.isFull());
    assertEquals(1, drains);
    queue.release();
  }

  @Test
  void afterRefusingAWriteFailsAtOnceAndEarlierOnesStillGo() {
    queue.hold();
    Promise<Void> accepted = write(1);
    queue.refuse();
    Promise<Void> refused = write(2);
    assertInstanceOf(ClosedChannelException.class, refused.future().cause());
    queue.release();
    assertTrue(accepted.future().succeeded());
    assertEquals(List.of(1L), writes);
  }

  @Test
  void aWriteThatBeganBeforeTheEndAndComesAfterItFailsAtOnceAndIsReleased() {
    queue.hold();
    Promise<Void> before = write(1);
    queue.submit(queue::end, () -> { });
    ByteBuf message = Unpooled.buffer(2).writeShort(2);
    Promise<Void> late = Promise.promise();
    queue.write(message, 2, late);
    assertInstanceOf(ClosedChannelException.class, late.future().cause());
    assertEquals(0, message.refCnt());
    assertEquals(1, queue.acceptedBytes());
    queue.release();
    assertTrue(before.future().succeeded());
    assertEquals(List.of(1L), writes);
    assertFalse(queue.isWriting());
  }

  @Test
  void whatIsStillQueuedWhenItClosesFailsAndIsReleased() throws Exception {
    List<Promise<Void>> written = new ArrayList<>();
    ByteBuf message = Unpooled.buffer(1).writeByte(1);
    queue.submit(() -> {
      // Within a task of the queue a write waits for its turn, which the close comes before.
      Promise<Void> promise = Promise.promise();
      queue.write(message, 1, promise);
      written.add(promise);
      queue.close();
    }, () -> { });
    assertInstanceOf(ClosedChannelException.class, written.get(0).future().cause());
    assertEquals(0, message.refCnt());
    assertFalse(queue.isFull());
  }

  @Test
  void aFailedWriteFailsItsFutureAndMakesRoom() {
    channel.close();
    Promise<Void> failed = write(10);
    assertInstanceOf(ClosedChannelException.class, failed.future().cause());
    assertFalse(queue.isFull());
    assertNull(channel.readOutbound());
  }

  @Test
  void whoAsksAfterTheQueueHasDrainedIsToldOnce() {
    queue.drainedIsAwaited();
    assertEquals(0, drains, "it was never full");
    queue.hold();
    write(10);
    queue.release();
    channel.runPendingTasks();
    assertEquals(1, drains);
    queue.drainedIsAwaited();
    assertEquals(2, drains);
    queue.drainedIsAwaited();
    assertEquals(2, drains);
  }

  @Test
  void whoAsksWhileTheQueueIsFullIsToldWhenItHasDrained() {
    queue.hold();
    write(10);
    queue.release();
    channel.runPendingTasks();
    queue.hold();
    write(10);
    queue.drainedIsAwaited();
    assertEquals(1, drains);
    queue.release();
    channel.runPendingTasks();
    assertEquals(2, drains);
  }

  @Test
  void manySmallWritesFillTheQueueTooAndItDrainsAtHalfOfTheirNumber() {
    queue.hold();
    for (int i = 0; i < 3; i++) {
      write(0);
      assertFalse(queue.isFull());
    }
    write(0);
    assertTrue(queue.isFull());
    assertEquals(0, drains);
    queue.release();
    channel.runPendingTasks();
    assertFalse(queue.isFull());
    assertEquals(1, drains);
  }

  @Test
  void whoWaitsForRoomIsNotToldThatWritesHaveFailed() {
    queue.hold();
    write(5);
    Promise<Void> last = write(5);
    assertTrue(queue.isFull());
    channel.close();
    channel.runPendingTasks();
    assertTrue(last.future().failed());
    assertEquals(0, drains);
  }

  @Test
  void whoWritesToAChannelThatIsClosedUntilTheQueueIsFullComesToAnEnd() {
    channel.close();
    assertFillsUp();
  }

  @Test
  void whoWritesAfterARefusalUntilTheQueueIsFullComesToAnEnd() {
    queue.refuse();
    assertFillsUp();
  }

  @Test
  void aQueueThatIsFullForGoodTellsNobodyOfRoomThoughItsChannelIsOpen() {
    outputOpen = false;
    channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
      @Override
      public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ReferenceCountUtil.release(message);
        promise.setFailure(new IOException("of a test"));
      }
    });
    assertFillsUp();
    // Somebody else who writes, too.
    write(1);
    queue.setMaxBytes(5);
    channel.runPendingTasks();
    assertEquals(0, drains);
    assertTrue(queue.isFull());
  }

  private void assertFillsUp() {
    write(10);
    // One that fails leaves room: who pumps from a stream that was paused must not pause it once more.
    assertFalse(queue.isFull());
    int writes = 1;
    while (!queue.isFull()) {
      write(1);
      assertTrue(++writes <= PipeWriteQueue.MOST_IN_VAIN);
    }
    channel.runPendingTasks();
    assertEquals(0, drains);
    assertFalse(queue.isWriting());
  }
}
