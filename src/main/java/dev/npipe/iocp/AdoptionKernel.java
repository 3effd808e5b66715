// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

/**
 * What this library asks the operating system about handles that somebody else has opened: a part of the seam. Calls
 * may block, unless it is said that they do not, and are not made on an event loop.
 */
public interface AdoptionKernel {

  /**
   * What a handle is.
   *
   * @param error 0 for an end of a pipe, or why it is none
   * @param serverEnd whether it is the server's end
   * @param synchronous whether calls on it block; false when it was opened for overlapped I/O
   * @param access {@link PipeKernel#ACCESS_READ}, {@link PipeKernel#ACCESS_WRITE} or both
   * @param readsMessages whether a read takes a message, or a part of one
   * @param path the pipe's full path, null where the system does not tell
   */
  record Facts(int error, boolean serverEnd, boolean synchronous, int access, boolean readsMessages, String path) {

    /**
     * An end that reads a stream of bytes.
     *
     * @param error as above
     * @param serverEnd as above
     * @param synchronous as above
     * @param access as above
     * @param path as above
     */
    public Facts(int error, boolean serverEnd, boolean synchronous, int access, String path) {
      this(error, serverEnd, synchronous, access, false, path);
    }

    /** Of what cannot be used. */
    static Facts none(int error) {
      return new Facts(error, false, false, 0, null);
    }
  }

  /**
   * Looks at a handle.
   *
   * @param handle the handle
   * @return what it is
   */
  Facts examine(long handle);

  /**
   * Makes calls on an end of a pipe wait, where whoever had it before made them return at once (PIPE_NOWAIT): a read
   * that finds nothing would look like the end, and a write that finds no room like one that has taken nothing.
   *
   * @param handle the handle
   * @return 0 or an error
   */
  int switchToWaiting(long handle);

  /**
   * Takes a handle over. That of a standard stream is replaced by another one to the same pipe, and closed by the JVM,
   * which would use its number on after anybody else had closed it.
   *
   * @param handle the handle
   * @return the one to be used from now on, or the negated error code, when it stays the caller's
   */
  long takeOver(long handle);

  /**
   * Reads by a call that blocks until there is something.
   *
   * @param handle a synchronous handle
   * @param buffer the address of native memory
   * @param length how many bytes fit there
   * @return how many bytes there are, or the negated error code, {@link PipeErrors#MORE_DATA} for a part of a message
   *     that has filled the buffer
   */
  int readNow(long handle, long buffer, int length);

  /**
   * Writes by a call that blocks until there is room.
   *
   * @param handle a synchronous handle
   * @param buffer the address of native memory
   * @param length how many bytes to write
   * @return how many were written, or the negated error code
   */
  int writeNow(long handle, long buffer, int length);

  /**
   * Blocks until the peer has read everything.
   *
   * @param handle a synchronous handle
   * @return 0 or the negated error code
   */
  int flushNow(long handle);

  /**
   * Cuts the client off, as {@link PipeKernel#disconnect}; on a synchronous handle that waits for the call before it.
   *
   * @param handle a synchronous handle, the server's end
   * @return 0 or the negated error code
   */
  int disconnectNow(long handle);

  /**
   * Opens the calling thread, for {@link #interrupt}.
   *
   * @return a handle, or 0
   */
  long currentThread();

  /**
   * Ends the call that blocks a thread, if one does at this moment. Does not block.
   *
   * @param thread the handle
   */
  void interrupt(long thread);

  /**
   * Closes the handle of a thread. Does not block.
   *
   * @param thread the handle
   */
  void closeThread(long thread);

  /**
   * The handle of a standard stream. Does not block.
   *
   * @param stream 0 for input, 1 for output, 2 for errors
   * @return the handle, not positive where there is none
   */
  long standardHandle(int stream);
}
