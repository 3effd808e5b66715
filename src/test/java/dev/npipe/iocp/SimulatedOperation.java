// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import com.sun.jna.Pointer;

/**
 * An operation in the simulated kernel. Touches the caller's memory only when bytes move, as late as they do, so that
 * memory released too early shows as wrong bytes.
 */
final class SimulatedOperation {

  private static final long STATUS_PENDING = 0x103;
  private static final long EVENT_OFFSET = 24;
  /** Marks an error in the place of an NTSTATUS. */
  private static final long ERROR_STATUS = 0xC000_0000L << 16;

  final SimulatedEnd end;
  final long overlapped;
  final long buffer;
  final int length;
  int moved;
  /** What a success is: all there was of a message, or {@link PipeErrors#MORE_DATA}. */
  int outcome;

  SimulatedOperation(SimulatedEnd end, long overlapped, long buffer, int length) {
    this.end = end;
    this.overlapped = overlapped;
    this.buffer = buffer;
    this.length = length;
  }

  /** As ReadFile, WriteFile and ConnectNamedPipe do; what takes NtFsControlFile leaves the block as it is. */
  SimulatedOperation marked() {
    new Pointer(overlapped).setLong(0, STATUS_PENDING);
    return this;
  }

  /** The event of its OVERLAPPED structure. */
  long event() {
    return new Pointer(overlapped).getLong(EVENT_OFFSET);
  }

  /** Takes bytes out of the caller's memory. */
  byte[] take(int count) {
    byte[] bytes = new Pointer(buffer).getByteArray(moved, count);
    moved += count;
    return bytes;
  }

  /** Puts bytes into the caller's memory. */
  void put(byte[] bytes) {
    new Pointer(buffer).write(moved, bytes, 0, bytes.length);
    moved += bytes.length;
  }

  /** Writes the outcome where Windows does: into the OVERLAPPED structure. */
  void settle(int error) {
    Pointer memory = new Pointer(overlapped);
    memory.setLong(Long.BYTES, moved);
    memory.setLong(0, error == 0 ? 0 : ERROR_STATUS | error);
  }

  static int errorOf(long status) {
    return (int) status & 0xFFFF;
  }
}
