// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * A place for one out-parameter whose pointee the system allocates and the caller frees with LocalFree.
 */
final class LocalMemory implements AutoCloseable {

  private final Memory place = new Memory(Long.BYTES);

  LocalMemory() {
    place.clear();
  }

  /** The address to pass as the out-parameter. */
  long place() {
    return Pointer.nativeValue(place);
  }

  /** What the system has put there. */
  Pointer pointee() {
    return place.getPointer(0);
  }

  @Override
  public void close() {
    long allocated = place.getLong(0);
    if (allocated != Win32Constants.NULL) {
      Kernel32.LocalFree(allocated);
    }
    place.close();
  }
}
