// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import dev.npipe.win32.Win32Errors;

/**
 * The Win32 error codes that mean something to a pipe, under the names the layers above know them by.
 */
public final class PipeErrors {

  /** It worked. */
  public static final int SUCCESS = Win32Errors.ERROR_SUCCESS;
  /** No pipe of that name exists. */
  public static final int FILE_NOT_FOUND = Win32Errors.ERROR_FILE_NOT_FOUND;
  /** The security descriptor refuses, or a first instance was asked for and the name is taken. */
  public static final int ACCESS_DENIED = Win32Errors.ERROR_ACCESS_DENIED;
  /** The handle is closed or never was one. */
  public static final int INVALID_HANDLE = Win32Errors.ERROR_INVALID_HANDLE;
  /** The system does not take these arguments. */
  public static final int INVALID_PARAMETER = Win32Errors.ERROR_INVALID_PARAMETER;
  /** The other end has closed; what it wrote has all been read. */
  public static final int BROKEN_PIPE = Win32Errors.ERROR_BROKEN_PIPE;
  /** The end of what there is to read. */
  public static final int HANDLE_EOF = Win32Errors.ERROR_HANDLE_EOF;
  /** The handle is not that of a pipe. */
  public static final int BAD_PIPE = Win32Errors.ERROR_BAD_PIPE;
  /** Every instance is taken, or there may be no further one. */
  public static final int PIPE_BUSY = Win32Errors.ERROR_PIPE_BUSY;
  /** The other end is closing or has closed. */
  public static final int NO_DATA = Win32Errors.ERROR_NO_DATA;
  /** No process is at the other end, or the server has disconnected it. */
  public static final int PIPE_NOT_CONNECTED = Win32Errors.ERROR_PIPE_NOT_CONNECTED;
  /** A message was longer than the buffer. */
  public static final int MORE_DATA = Win32Errors.ERROR_MORE_DATA;
  /** Nothing came in time. */
  public static final int WAIT_TIMEOUT = Win32Errors.WAIT_TIMEOUT;
  /** A client is already there: the success of a connect that needed no waiting. */
  public static final int PIPE_CONNECTED = Win32Errors.ERROR_PIPE_CONNECTED;
  /** A wait for an instance was in vain. */
  public static final int SEM_TIMEOUT = Win32Errors.ERROR_SEM_TIMEOUT;
  /** This system does not have it. */
  public static final int NOT_SUPPORTED = Win32Errors.ERROR_NOT_SUPPORTED;
  /** No client is there yet. */
  public static final int PIPE_LISTENING = Win32Errors.ERROR_PIPE_LISTENING;
  /** The operation was cancelled. */
  public static final int OPERATION_ABORTED = Win32Errors.ERROR_OPERATION_ABORTED;
  /** The operation goes on; its packet will come. */
  public static final int IO_PENDING = Win32Errors.ERROR_IO_PENDING;
  /** There is no such operation to cancel. */
  public static final int NOT_FOUND = Win32Errors.ERROR_NOT_FOUND;
  /** The thread acts for nobody but the process. */
  public static final int NO_TOKEN = Win32Errors.ERROR_NO_TOKEN;
  /** The client does not allow that much in its name. */
  public static final int BAD_IMPERSONATION_LEVEL = Win32Errors.ERROR_BAD_IMPERSONATION_LEVEL;
  /** The client allows nobody to learn who it is. */
  public static final int CANT_OPEN_ANONYMOUS = Win32Errors.ERROR_CANT_OPEN_ANONYMOUS;
  /** Who the client is is not known before something it wrote has been read. */
  public static final int CANNOT_IMPERSONATE = Win32Errors.ERROR_CANNOT_IMPERSONATE;
  /** The system is short of memory for I/O. */
  public static final int NO_SYSTEM_RESOURCES = Win32Errors.ERROR_NO_SYSTEM_RESOURCES;
  /** A write was taken in part, or not at all, by a pipe that does not wait for room (PIPE_NOWAIT). */
  public static final int WRITE_FAULT = Win32Errors.ERROR_WRITE_FAULT;

  private PipeErrors() {
  }

  /**
   * The symbolic name of an error code.
   *
   * @param code a Win32 error code
   * @return such as {@code ERROR_PIPE_BUSY}, or {@code ERROR_<code>} for one this library does not know
   */
  public static String name(int code) {
    return Win32Errors.name(code);
  }

  /**
   * Whether a read that fails so has come to the end of the stream.
   *
   * @param code a Win32 error code
   * @return true when the peer is gone
   */
  public static boolean isEndOfStream(int code) {
    return code == BROKEN_PIPE || code == PIPE_NOT_CONNECTED || code == HANDLE_EOF;
  }

  /**
   * Whether a system, this one or another machine's, does not know what it was asked for.
   *
   * @param code a Win32 error code
   * @return true when there is another way to be taken
   */
  public static boolean isUnsupported(int code) {
    return code == NOT_SUPPORTED || code == Win32Errors.ERROR_INVALID_FUNCTION
        || code == Win32Errors.ERROR_CALL_NOT_IMPLEMENTED;
  }
}
