// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.win32.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A kernel with one port, and all that a test has in flight there. Operations are kept until they are dequeued.
 */
final class KernelRig implements AutoCloseable {

  static final int WAIT_MILLIS = 10_000;
  static final int QUOTA = 4096;

  final Win32PipeKernel kernel = new Win32PipeKernel();
  final String path = "\\\\.\\pipe\\npipe-it-" + UUID.randomUUID();
  final long port = kernel.createPort();
  private final PacketBatch single = new PacketBatch(1);
  private final Map<Long, Operation> inFlight = new HashMap<>();
  private final List<Long> handles = new ArrayList<>();
  private long nextKey = 1;

  KernelRig() {
    assertTrue(port > 0, () -> "createPort: " + port);
  }

  PipeInstanceSpec spec() {
    return new PipeInstanceSpec(path, 255, QUOTA, QUOTA, false, true,
      "D:P(A;;GA;;;" + kernel.currentUserSid() + ")(A;;GA;;;SY)");
  }

  /** Creates an instance, which must succeed, at the port. */
  long instance() {
    return atPort(kernel.createInstance(spec(), false));
  }

  /** Opens the client end, which must succeed, at the port. */
  long client() {
    return atPort(kernel.open(path, PipeKernel.ACCESS_READ | PipeKernel.ACCESS_WRITE, 1));
  }

  /** Has a handle closed at the end. */
  long owned(long handle) {
    assertTrue(handle > 0, () -> "no handle but " + PipeErrors.name((int) -handle));
    handles.add(handle);
    return handle;
  }

  private long atPort(long handle) {
    owned(handle);
    assertEquals(0, kernel.associate(handle, port, nextKey++));
    return handle;
  }

  int close(long handle) {
    handles.remove(handle);
    return kernel.close(handle);
  }

  int connect(long handle, Operation operation) {
    return submitted(operation, kernel.connect(handle, operation.address));
  }

  int read(long handle, Operation operation) {
    return submitted(operation,
      kernel.read(handle, operation.dataAddress, operation.data.capacity(), operation.address));
  }

  int write(long handle, Operation operation) {
    return submitted(operation,
      kernel.write(handle, operation.dataAddress, operation.data.capacity(), operation.address));
  }

  private int submitted(Operation operation, int result) {
    if (result == 0 || result == PipeErrors.IO_PENDING) {
      inFlight.put(operation.address, operation);
    }
    return result;
  }

  /** The packet that is to come. */
  Completion await() {
    assertEquals(0, kernel.dequeue(port, single, WAIT_MILLIS), "no packet came");
    assertEquals(1, single.size());
    Operation operation = inFlight.remove(single.overlapped(0));
    assertNotNull(operation, "a packet of nothing in flight");
    return new Completion(single.key(0), operation, single.bytes(0), kernel.errorOf(operation.status()));
  }

  /** Asserts that no packet is queued. */
  void assertNoPacket() {
    assertEquals(PipeErrors.WAIT_TIMEOUT, kernel.dequeue(port, single, 0));
    assertEquals(0, single.size());
  }

  /** Operations that completed in skip mode have no packet to come. */
  void completedInline(Operation operation) {
    inFlight.remove(operation.address);
  }

  @Override
  public void close() {
    handles.forEach(kernel::close);
    while (!inFlight.isEmpty()) {
      await();
    }
    kernel.closePort(port);
  }

  record Completion(long key, Operation operation, int bytes, int error) {
  }

  /** An OVERLAPPED block between two canaries, and the operation's data. */
  static final class Operation {

    static final int OVERLAPPED_BYTES = 32;
    private static final int CANARY_BYTES = 32;
    private static final byte CANARY = 0x5A;
    private static final int INTERNAL_HIGH = 8;

    final long address;
    final long dataAddress;
    final ByteBuffer data;
    private final ByteBuffer block;

    private Operation(ByteBuffer data) {
      this.data = data;
      dataAddress = NativeMemory.addressOf(data);
      block = ByteBuffer.allocateDirect(OVERLAPPED_BYTES + 2 * CANARY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < CANARY_BYTES; i++) {
        block.put(i, CANARY).put(CANARY_BYTES + OVERLAPPED_BYTES + i, CANARY);
      }
      address = NativeMemory.addressOf(block) + CANARY_BYTES;
    }

    static Operation of(int bytes) {
      return new Operation(ByteBuffer.allocateDirect(bytes));
    }

    static Operation of(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return new Operation(ByteBuffer.allocateDirect(bytes.length).put(0, bytes));
    }

    long status() {
      return block.getLong(CANARY_BYTES);
    }

    int count() {
      return (int) block.getLong(CANARY_BYTES + INTERNAL_HIGH);
    }

    String text(int bytes) {
      byte[] read = new byte[bytes];
      data.get(0, read);
      return new String(read, StandardCharsets.UTF_8);
    }

    boolean canariesIntact() {
      for (int i = 0; i < CANARY_BYTES; i++) {
        if (block.get(i) != CANARY || block.get(CANARY_BYTES + OVERLAPPED_BYTES + i) != CANARY) {
          return false;
        }
      }
      return true;
    }
  }
}
