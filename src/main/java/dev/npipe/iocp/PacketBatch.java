// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import dev.npipe.win32.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Native memory for the packets of one dequeue: an array of OVERLAPPED_ENTRY, each key, OVERLAPPED address, a reserved
 * word and a count. Owned by the one thread that polls.
 */
public final class PacketBatch {

  private static final int ENTRY_BYTES = 32;
  private static final int OVERLAPPED_OFFSET = 8;
  private static final int COUNT_OFFSET = 24;

  private final ByteBuffer entries;
  private final long address;
  private final int capacity;
  private int wanted;
  private int size;

  /**
   * Allocates a batch.
   *
   * @param capacity how many packets it holds at the most
   */
  public PacketBatch(int capacity) {
    this.capacity = capacity;
    this.wanted = capacity;
    // The last word is where GetQueuedCompletionStatusEx says how many there are.
    this.entries = ByteBuffer.allocateDirect(capacity * ENTRY_BYTES + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    this.address = NativeMemory.addressOf(entries);
  }

  /**
   * Where the kernel puts the packets.
   *
   * @return the address of the first OVERLAPPED_ENTRY
   */
  public long address() {
    return address;
  }

  /**
   * Where the kernel puts the number of packets.
   *
   * @return the address of a ULONG
   */
  long countAddress() {
    return address + (long) capacity * ENTRY_BYTES;
  }

  /** Makes the number the kernel has put there the size. */
  void acceptCount() {
    size = entries.getInt(capacity * ENTRY_BYTES);
  }

  /**
   * How many packets fit.
   *
   * @return the capacity
   */
  public int capacity() {
    return capacity;
  }

  /**
   * How many packets the next dequeue is to bring at the most.
   *
   * @return at least 1, at most the capacity
   */
  public int wanted() {
    return wanted;
  }

  /**
   * Says how many packets the next dequeue is to bring at the most.
   *
   * @param wanted at least 1, at most the capacity
   */
  void wanted(int wanted) {
    this.wanted = wanted;
  }

  /**
   * How many packets the last dequeue brought.
   *
   * @return the size
   */
  public int size() {
    return size;
  }

  /**
   * Says how many packets there are now; called by the kernel's side.
   *
   * @param size the number of packets, at most the capacity
   */
  public void size(int size) {
    this.size = size;
  }

  /**
   * The completion key of a packet.
   *
   * @param index which packet
   * @return the key
   */
  public long key(int index) {
    return entries.getLong(index * ENTRY_BYTES);
  }

  /**
   * The OVERLAPPED block of a packet.
   *
   * @param index which packet
   * @return its address, 0 for a posted packet
   */
  public long overlapped(int index) {
    return entries.getLong(index * ENTRY_BYTES + OVERLAPPED_OFFSET);
  }

  /**
   * The bytes a packet's operation transferred.
   *
   * @param index which packet
   * @return the count
   */
  public int bytes(int index) {
    return entries.getInt(index * ENTRY_BYTES + COUNT_OFFSET);
  }

  /**
   * Appends a packet, as a kernel does that is not Windows.
   *
   * @param key the completion key
   * @param overlapped the OVERLAPPED block's address
   * @param bytes the bytes transferred
   */
  public void append(long key, long overlapped, int bytes) {
    int offset = size++ * ENTRY_BYTES;
    entries.putLong(offset, key);
    entries.putLong(offset + OVERLAPPED_OFFSET, overlapped);
    entries.putInt(offset + COUNT_OFFSET, bytes);
  }
}
