// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;

/**
 * The handles of this process's standard streams, which the JVM knows by their numbers. Closed behind its back, such a
 * number is soon another object's, and what is printed goes there; so they are closed by the JVM.
 */
public final class StandardStreams {

  private static final int STANDARD_INPUT = -10;
  private static final int COUNT = 3;

  private StandardStreams() {
  }

  /**
   * The handle of a standard stream.
   *
   * @param stream 0 for input, 1 for output, 2 for errors
   * @return the handle, 0 or -1 where there is none
   */
  public static long handle(int stream) {
    return OpenHandle.standard(STANDARD_INPUT - stream);
  }

  /**
   * Which standard stream a handle is that of.
   *
   * @param handle the handle
   * @return 0 for input, 1 for output, 2 for errors, -1 for none
   */
  public static int of(long handle) {
    for (int stream = 0; stream < COUNT; stream++) {
      if (handle(stream) == handle) {
        return stream;
      }
    }
    return -1;
  }

  /**
   * Closes a standard stream for good: what is printed afterwards is lost.
   *
   * @param stream 0 for input, 1 for output, 2 for errors
   * @throws Win32Exception when the JVM could not close it
   */
  public static void close(int stream) {
    try {
      switch (stream) {
        case 0 -> new FileInputStream(FileDescriptor.in).close();
        case 1 -> new FileOutputStream(FileDescriptor.out).close();
        default -> new FileOutputStream(FileDescriptor.err).close();
      }
    } catch (IOException e) {
      throw new Win32Exception("CloseHandle", Win32Errors.ERROR_INVALID_HANDLE);
    }
    OpenHandle.setStandard(STANDARD_INPUT - stream, Win32Constants.NULL);
  }
}
