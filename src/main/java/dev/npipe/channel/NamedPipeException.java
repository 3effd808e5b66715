// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.PipeErrors;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;

/**
 * An operation on a pipe failed. Says which operation, on which pipe, with which Win32 error, and what can be done.
 *
 * <p>A name that is taken has a {@link BindException} as its cause; a server that is missing or busy has a
 * {@link ConnectException}.
 */
public final class NamedPipeException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String operation;
  private final String path;
  private final int errorCode;

  private NamedPipeException(String operation, NamedPipeAddress address, int errorCode, String advice) {
    this(operation, pathOf(address), errorCode, advice);
  }

  private NamedPipeException(String operation, String path, int errorCode, String advice) {
    super(operation + " " + path + ": " + PipeErrors.name(errorCode) + " (" + errorCode + "): " + advice);
    this.operation = operation;
    this.path = path;
    this.errorCode = errorCode;
  }

  private static String pathOf(NamedPipeAddress address) {
    return address == null ? "an unnamed pipe" : address.path();
  }

  /**
   * A read, a write or an accept failed.
   *
   * @param operation what failed, as a verb
   * @param address the pipe
   * @param errorCode the Win32 error code
   * @return the exception
   */
  public static NamedPipeException of(String operation, NamedPipeAddress address, int errorCode) {
    return new NamedPipeException(operation, address, errorCode, ErrorAdvice.of(operation, errorCode));
  }

  /**
   * A deadline has been missed.
   *
   * @param operation what was not done in time, as a verb
   * @param address the pipe
   * @return the exception, its code {@code WAIT_TIMEOUT}
   */
  public static NamedPipeException timedOut(String operation, NamedPipeAddress address) {
    return of(operation, address, PipeErrors.WAIT_TIMEOUT);
  }

  /** An operation failed because of something that is known better; the cause may be null. */
  static NamedPipeException of(String operation, NamedPipeAddress address, int errorCode, Throwable cause) {
    NamedPipeException failure = of(operation, address, errorCode);
    if (cause != null) {
      failure.initCause(cause);
    }
    return failure;
  }

  /**
   * A server could not take its name.
   *
   * @param address the pipe
   * @param errorCode the Win32 error code
   * @return the exception
   */
  public static NamedPipeException listen(NamedPipeAddress address, int errorCode) {
    NamedPipeException failure =
        new NamedPipeException("listen", address, errorCode, ErrorAdvice.ofListen(errorCode));
    if (errorCode == PipeErrors.ACCESS_DENIED || errorCode == PipeErrors.PIPE_BUSY) {
      failure.initCause(new BindException("The name is in use: " + address));
    }
    return failure;
  }

  /** A server has its name, and may not have what a second client would need. */
  static NamedPipeException noSecondInstance(NamedPipeAddress address, int errorCode) {
    return new NamedPipeException("listen", address, errorCode, "the security descriptor given keeps the server itself"
        + " from adding instances; grant its user FILE_CREATE_PIPE_INSTANCE, or all access");
  }

  /**
   * A client did not get through.
   *
   * @param address the pipe
   * @param errorCode the Win32 error code
   * @return the exception
   */
  public static NamedPipeException connect(NamedPipeAddress address, int errorCode) {
    NamedPipeException failure =
        new NamedPipeException("connect", address, errorCode, ErrorAdvice.ofConnect(errorCode));
    if (errorCode == PipeErrors.FILE_NOT_FOUND || errorCode == PipeErrors.PIPE_BUSY) {
      String state = errorCode == PipeErrors.PIPE_BUSY ? "Busy: " : "Nobody listens: ";
      failure.initCause(new ConnectException(state + address));
    }
    return failure;
  }

  /** The pipes of this machine cannot be listed. */
  static NamedPipeException list(String directory, int errorCode) {
    return new NamedPipeException("list", directory, errorCode, "this system does not tell which pipes it has");
  }

  /** A client could not switch to message mode. */
  static NamedPipeException messageMode(NamedPipeAddress address, int errorCode) {
    return new NamedPipeException("switch to message mode on", address, errorCode,
        ErrorAdvice.ofMessageMode(errorCode));
  }

  /** A handle that was adopted does not wait, and cannot be made to. */
  static NamedPipeException waitingMode(NamedPipeAddress address, int errorCode) {
    return new NamedPipeException("switch to PIPE_WAIT on", address, errorCode, "whoever opened the handle has put it"
        + " into PIPE_NOWAIT mode, where nothing can be waited for; let them switch it back (SetNamedPipeHandleState)");
  }

  /**
   * A client found the pipe busy, or none, until its time was up.
   *
   * @param address the pipe
   * @param errorCode the Win32 error code of what it found
   * @param timeout says how long that was
   * @return the exception
   */
  static NamedPipeException connectTimedOut(NamedPipeAddress address, int errorCode, ConnectException timeout) {
    NamedPipeException failure =
        new NamedPipeException("connect", address, errorCode, ErrorAdvice.ofConnect(errorCode));
    failure.initCause(timeout);
    return failure;
  }

  /**
   * What failed.
   *
   * @return a verb, such as {@code connect} or {@code write}
   */
  public String operation() {
    return operation;
  }

  /**
   * The pipe it failed on.
   *
   * @return the full path
   */
  public String path() {
    return path;
  }

  /**
   * The Win32 error code.
   *
   * @return such as 231
   */
  public int errorCode() {
    return errorCode;
  }

  /**
   * The symbolic name of the error code.
   *
   * @return such as {@code ERROR_PIPE_BUSY}
   */
  public String errorName() {
    return PipeErrors.name(errorCode);
  }
}
