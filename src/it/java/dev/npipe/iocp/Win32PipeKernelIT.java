// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.npipe.iocp.KernelRig.Completion;
import dev.npipe.iocp.KernelRig.Operation;
import dev.npipe.win32.HandleCounts;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the seam promises of operations and their packets, on the real kernel. */
class Win32PipeKernelIT {

  private final KernelRig rig = new KernelRig();
  private final Win32PipeKernel kernel = rig.kernel;

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aPendingConnectCompletesWhenAClientOpens() {
    long instance = rig.instance();
    Operation connect = Operation.of(0);
    assertEquals(PipeErrors.IO_PENDING, rig.connect(instance, connect));
    rig.assertNoPacket();
    rig.client();
    Completion packet = rig.await();
    assertEquals(0, packet.error());
    assertEquals(1, packet.key(), "the key of the instance");
    assertEquals(connect, packet.operation());
  }

  @Test
  void aClientThatCameFirstIsSuccessWithoutAPacket() {
    long instance = rig.instance();
    rig.client();
    assertEquals(PipeErrors.PIPE_CONNECTED, rig.connect(instance, Operation.of(0)));
    rig.assertNoPacket();
  }

  @Test
  void bytesGoBothWays() {
    long server = rig.instance();
    long client = rig.client();
    exchange(client, server, "to the server");
    exchange(server, client, "to the client");
  }

  private void exchange(long from, long to, String text) {
    Operation read = Operation.of(100);
    assertEquals(PipeErrors.IO_PENDING, rig.read(to, read));
    Operation write = Operation.of(text);
    assertEquals(0, rig.write(from, write));
    for (int i = 0; i < 2; i++) {
      Completion packet = rig.await();
      assertEquals(0, packet.error());
      assertEquals(text.length(), packet.bytes());
    }
    assertEquals(text, read.text(read.count()));
    assertEquals(text.length(), write.count());
  }

  @Test
  void anImmediateSuccessQueuesOnePacket() {
    long server = rig.instance();
    long client = rig.client();
    assertEquals(0, rig.write(client, Operation.of("four")));
    rig.await();
    Operation read = Operation.of(100);
    assertEquals(0, rig.read(server, read));
    assertEquals(4, rig.await().bytes());
    rig.assertNoPacket();
  }

  @Test
  void inSkipModeAnImmediateSuccessQueuesNoneAndItsCountIsInTheBlock() {
    long server = rig.instance();
    long client = rig.client();
    assertEquals(0, kernel.skipCompletionOnSuccess(server));
    assertEquals(0, kernel.skipCompletionOnSuccess(client));
    Operation write = Operation.of("four");
    assertEquals(0, rig.write(client, write));
    rig.completedInline(write);
    Operation read = Operation.of(100);
    assertEquals(0, rig.read(server, read));
    rig.completedInline(read);
    assertEquals(4, write.count());
    assertEquals("four", read.text(read.count()));
    rig.assertNoPacket();
  }

  @Test
  void inSkipModeAPendingOperationStillHasItsPacket() {
    long server = rig.instance();
    long client = rig.client();
    assertEquals(0, kernel.skipCompletionOnSuccess(server));
    Operation read = Operation.of(100);
    assertEquals(PipeErrors.IO_PENDING, rig.read(server, read));
    Operation write = Operation.of("late");
    assertEquals(0, rig.write(client, write));
    assertEquals(4, rig.await().bytes());
    assertEquals(4, rig.await().bytes());
    assertEquals("late", read.text(4));
  }

  @Test
  void aWriteAboveTheQuotaPendsUntilItIsRead() {
    long server = rig.instance();
    long client = rig.client();
    Operation write = Operation.of(10 * KernelRig.QUOTA);
    assertEquals(PipeErrors.IO_PENDING, rig.write(client, write));
    rig.assertNoPacket();
    int read = 0;
    for (int packets = 0; packets < 100 && read < write.data.capacity(); packets++) {
      rig.read(server, Operation.of(10 * KernelRig.QUOTA));
      Completion packet = rig.await();
      read += packet.operation() == write ? 0 : packet.bytes();
    }
    assertEquals(write.data.capacity(), read);
    if (write.count() == 0) {
      assertEquals(write, rig.await().operation());
    }
    assertEquals(write.data.capacity(), write.count());
  }

  @Test
  void aCancelledReadHasItsPacketAndLosesNoBytes() {
    long server = rig.instance();
    long client = rig.client();
    Operation read = Operation.of(100);
    assertEquals(PipeErrors.IO_PENDING, rig.read(server, read));
    assertEquals(0, kernel.cancel(server, read.address));
    assertEquals(PipeErrors.OPERATION_ABORTED, rig.await().error());
    rig.write(client, Operation.of("safe"));
    rig.await();
    Operation again = Operation.of(100);
    assertEquals(0, rig.read(server, again));
    assertEquals("safe", again.text(rig.await().bytes()));
  }

  @Test
  void aCancelledConnectMayBeIssuedAgain() {
    long instance = rig.instance();
    Operation connect = Operation.of(0);
    assertEquals(PipeErrors.IO_PENDING, rig.connect(instance, connect));
    assertEquals(0, kernel.cancel(instance, connect.address));
    assertEquals(PipeErrors.OPERATION_ABORTED, rig.await().error());
    assertEquals(PipeErrors.IO_PENDING, rig.connect(instance, Operation.of(0)));
    rig.client();
    assertEquals(0, rig.await().error());
  }

  @Test
  void aClosedHandleStillDeliversThePacketsOfWhatWasInFlight() {
    long server = rig.instance();
    long client = rig.client();
    long listening = rig.instance();
    rig.read(server, Operation.of(100));
    rig.write(client, Operation.of(10 * KernelRig.QUOTA));
    rig.await();
    rig.read(client, Operation.of(100));
    rig.connect(listening, Operation.of(0));
    rig.close(client);
    rig.close(listening);
    rig.await();
    rig.await();
    // On Windows the write stays for the peer to read until that leaves too; Wine gives it up with its own handle.
    rig.close(server);
    rig.await();
    rig.assertNoPacket();
  }

  @Test
  void theKernelWritesInsideThe32BytesOfTheBlockOnly() {
    long server = rig.instance();
    long client = rig.client();
    Operation read = Operation.of(8);
    Operation write = Operation.of("12345678");
    rig.read(server, read);
    rig.write(client, write);
    rig.await();
    rig.await();
    assertTrue(read.canariesIntact());
    assertTrue(write.canariesIntact());
    assertEquals(32, Operation.OVERLAPPED_BYTES);
  }

  @Test
  void oneDequeueTakesABatchInOrderAndNoMoreThanFits() {
    for (long key = 100; key < 106; key++) {
      assertEquals(0, kernel.post(rig.port, key));
    }
    PacketBatch batch = new PacketBatch(4);
    assertEquals(0, kernel.dequeue(rig.port, batch, KernelRig.WAIT_MILLIS));
    assertEquals(4, batch.size());
    for (int i = 0; i < 4; i++) {
      assertEquals(100 + i, batch.key(i));
      assertEquals(0, batch.overlapped(i));
    }
    assertEquals(0, kernel.dequeue(rig.port, batch, KernelRig.WAIT_MILLIS));
    assertEquals(2, batch.size());
    assertEquals(105, batch.key(1));
    assertEquals(PipeErrors.WAIT_TIMEOUT, kernel.dequeue(rig.port, batch, 1));
    assertEquals(0, batch.size());
  }

  @Test
  void aThreadThatWaitsForEverGetsWhatIsPosted() throws InterruptedException {
    PacketBatch batch = new PacketBatch(4);
    Thread waiter = new Thread(() -> kernel.dequeue(rig.port, batch, -1));
    waiter.setDaemon(true);
    waiter.start();
    kernel.post(rig.port, Long.MAX_VALUE);
    waiter.join(KernelRig.WAIT_MILLIS);
    assertEquals(Thread.State.TERMINATED, waiter.getState());
    assertEquals(Long.MAX_VALUE, batch.key(0));
  }

  @Test
  void aClosedPipeLeavesNoHandleBehind() {
    HandleCounts before = null;
    for (int round = 0; round < 100; round++) {
      long server = rig.instance();
      long client = rig.client();
      Operation read = Operation.of(8);
      rig.read(server, read);
      rig.close(client);
      rig.await();
      rig.close(server);
      before = round == 4 ? HandleCounts.take() : before;
    }
    HandleCounts after = HandleCounts.take();
    assertEquals(before.files(), after.files());
    // The JVM starts and ends threads of its own, of its compilers say; each has a few events.
    int most = before.events() + 50;
    assertTrue(after.events() < most, () -> after + ", but fewer than " + most + " events expected");
  }

  @Test
  void theHotPathAllocatesNothing() {
    long server = rig.instance();
    long client = rig.client();
    Operation write = Operation.of("64 bytes or less");
    Operation read = Operation.of(64);
    PacketBatch batch = new PacketBatch(8);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 3; attempt++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1000; i++) {
        kernel.write(client, write.dataAddress, 16, write.address);
        kernel.read(server, read.dataAddress, 64, read.address);
        kernel.dequeue(rig.port, batch, KernelRig.WAIT_MILLIS);
        kernel.dequeue(rig.port, batch, 0);
        kernel.cancel(server, read.address);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertEquals(16, read.count());
    assertTrue(least < 1000, "bytes in 5000 calls: " + least);
  }
}
