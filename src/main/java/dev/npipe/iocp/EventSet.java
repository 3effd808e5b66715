// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import dev.npipe.win32.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Native memory for the events that one thread waits for: an array of handles, as many as WaitForMultipleObjects takes.
 * Owned by the thread that waits.
 */
public final class EventSet {

  /** MAXIMUM_WAIT_OBJECTS. */
  public static final int CAPACITY = 64;

  private final ByteBuffer handles = ByteBuffer.allocateDirect(CAPACITY * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final long address = NativeMemory.addressOf(handles);
  private int size;

  void clear() {
    size = 0;
  }

  void add(long event) {
    handles.putLong(size++ * Long.BYTES, event);
  }

  /**
   * An event of the set.
   *
   * @param index which one
   * @return its handle
   */
  public long event(int index) {
    return handles.getLong(index * Long.BYTES);
  }

  /**
   * How many events there are.
   *
   * @return the size
   */
  public int size() {
    return size;
  }

  long address(int from) {
    return address + (long) from * Long.BYTES;
  }
}
