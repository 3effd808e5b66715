// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * The handles of this process's standard streams, which the JVM knows by their numbers. Closed behind its back, such a
 * number is soon another object's, and what is printed goes there; so they are closed by the JVM.
 */
public final class StandardStreams {

  private static final Logger LOGGER = System.getLogger(StandardStreams.class.getName());
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
   * Closes a handle for good where it is that of standard streams, of one or, as often, of two: what is printed there
   * afterwards is lost.
   *
   * @param handle the handle
   * @param instead opens what is to be used in its place, before it is closed
   * @return what that has opened, not positive for an error; the handle itself when the JVM has no such standard stream
   */
  public static long replace(long handle, LongUnaryOperator instead) {
    List<Integer> streams = new ArrayList<>();
    for (int stream = 0; stream < COUNT; stream++) {
      if (handle(stream) == handle && descriptor(stream).valid()) {
        streams.add(stream);
      }
    }
    long other = streams.isEmpty() ? handle : instead.applyAsLong(handle);
    if (streams.isEmpty() || other <= 0) {
      return other;
    }
    // While it is still there, lest anybody ask for it when its number is another's.
    streams.forEach(stream -> OpenHandle.setStandard(STANDARD_INPUT - stream, Win32Constants.NULL));
    OpenHandle.protectFromClose(handle, true);
    streams.subList(1, streams.size()).forEach(StandardStreams::close);
    OpenHandle.protectFromClose(handle, false);
    close(streams.get(0));
    return other;
  }

  private static FileDescriptor descriptor(int stream) {
    return switch (stream) {
      case 0 -> FileDescriptor.in;
      case 1 -> FileDescriptor.out;
      default -> FileDescriptor.err;
    };
  }

  /** Makes the JVM forget the number, and close it. */
  private static void close(int stream) {
    FileDescriptor descriptor = descriptor(stream);
    Closeable owner = stream == 0 ? new FileInputStream(descriptor) : new FileOutputStream(descriptor);
    try {
      owner.close();
    } catch (IOException e) {
      // It is protected, since another stream has the same; forgotten nevertheless.
      LOGGER.log(Level.TRACE, "A standard stream shares its handle", e);
    }
  }
}
