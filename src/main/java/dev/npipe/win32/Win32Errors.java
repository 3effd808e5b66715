// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import java.util.Map;

/**
 * Win32 error codes (winerror.h) and their symbolic names.
 */
public final class Win32Errors {

  // What each code means to a pipe is said once, in dev.npipe.iocp.PipeErrors.

  public static final int ERROR_SUCCESS = 0;
  public static final int ERROR_INVALID_FUNCTION = 1;
  public static final int ERROR_FILE_NOT_FOUND = 2;
  public static final int ERROR_PATH_NOT_FOUND = 3;
  public static final int ERROR_ACCESS_DENIED = 5;
  public static final int ERROR_INVALID_HANDLE = 6;
  public static final int ERROR_NOT_ENOUGH_MEMORY = 8;
  public static final int ERROR_WRITE_FAULT = 29;
  public static final int ERROR_HANDLE_EOF = 38;
  public static final int ERROR_NOT_SUPPORTED = 50;
  public static final int ERROR_BAD_NETPATH = 53;
  public static final int ERROR_BAD_NET_NAME = 67;
  public static final int ERROR_INVALID_PARAMETER = 87;
  public static final int ERROR_BROKEN_PIPE = 109;
  public static final int ERROR_CALL_NOT_IMPLEMENTED = 120;
  public static final int ERROR_SEM_TIMEOUT = 121;
  public static final int ERROR_INVALID_NAME = 123;
  public static final int ERROR_ALREADY_EXISTS = 183;
  public static final int ERROR_FILENAME_EXCED_RANGE = 206;
  public static final int ERROR_PIPE_LOCAL = 229;
  public static final int ERROR_BAD_PIPE = 230;
  public static final int ERROR_PIPE_BUSY = 231;
  public static final int ERROR_NO_DATA = 232;
  public static final int ERROR_PIPE_NOT_CONNECTED = 233;
  public static final int ERROR_MORE_DATA = 234;
  public static final int WAIT_TIMEOUT = 258;
  public static final int ERROR_PIPE_CONNECTED = 535;
  public static final int ERROR_PIPE_LISTENING = 536;
  public static final int ERROR_HANDLES_CLOSED = 676;
  public static final int ERROR_ABANDONED_WAIT_0 = 735;
  public static final int ERROR_OPERATION_ABORTED = 995;
  public static final int ERROR_IO_INCOMPLETE = 996;
  public static final int ERROR_IO_PENDING = 997;
  public static final int ERROR_NO_TOKEN = 1008;
  public static final int ERROR_NOT_FOUND = 1168;
  public static final int ERROR_INVALID_SID = 1337;
  public static final int ERROR_INVALID_SECURITY_DESCR = 1338;
  public static final int ERROR_INVALID_ACL = 1336;
  public static final int ERROR_BAD_IMPERSONATION_LEVEL = 1346;
  public static final int ERROR_CANT_OPEN_ANONYMOUS = 1347;
  public static final int ERROR_CANNOT_IMPERSONATE = 1368;
  public static final int ERROR_NO_SYSTEM_RESOURCES = 1450;

  private static final Map<Integer, String> NAMES = Map.ofEntries(
    Map.entry(ERROR_SUCCESS, "ERROR_SUCCESS"),
    Map.entry(ERROR_INVALID_FUNCTION, "ERROR_INVALID_FUNCTION"),
    Map.entry(ERROR_FILE_NOT_FOUND, "ERROR_FILE_NOT_FOUND"),
    Map.entry(ERROR_PATH_NOT_FOUND, "ERROR_PATH_NOT_FOUND"),
    Map.entry(ERROR_ACCESS_DENIED, "ERROR_ACCESS_DENIED"),
    Map.entry(ERROR_INVALID_HANDLE, "ERROR_INVALID_HANDLE"),
    Map.entry(ERROR_NOT_ENOUGH_MEMORY, "ERROR_NOT_ENOUGH_MEMORY"),
    Map.entry(ERROR_WRITE_FAULT, "ERROR_WRITE_FAULT"),
    Map.entry(ERROR_HANDLE_EOF, "ERROR_HANDLE_EOF"),
    Map.entry(ERROR_NOT_SUPPORTED, "ERROR_NOT_SUPPORTED"),
    Map.entry(ERROR_BAD_NETPATH, "ERROR_BAD_NETPATH"),
    Map.entry(ERROR_BAD_NET_NAME, "ERROR_BAD_NET_NAME"),
    Map.entry(ERROR_INVALID_PARAMETER, "ERROR_INVALID_PARAMETER"),
    Map.entry(ERROR_BROKEN_PIPE, "ERROR_BROKEN_PIPE"),
    Map.entry(ERROR_CALL_NOT_IMPLEMENTED, "ERROR_CALL_NOT_IMPLEMENTED"),
    Map.entry(ERROR_SEM_TIMEOUT, "ERROR_SEM_TIMEOUT"),
    Map.entry(ERROR_INVALID_NAME, "ERROR_INVALID_NAME"),
    Map.entry(ERROR_ALREADY_EXISTS, "ERROR_ALREADY_EXISTS"),
    Map.entry(ERROR_FILENAME_EXCED_RANGE, "ERROR_FILENAME_EXCED_RANGE"),
    Map.entry(ERROR_PIPE_LOCAL, "ERROR_PIPE_LOCAL"),
    Map.entry(ERROR_BAD_PIPE, "ERROR_BAD_PIPE"),
    Map.entry(ERROR_PIPE_BUSY, "ERROR_PIPE_BUSY"),
    Map.entry(ERROR_NO_DATA, "ERROR_NO_DATA"),
    Map.entry(ERROR_PIPE_NOT_CONNECTED, "ERROR_PIPE_NOT_CONNECTED"),
    Map.entry(ERROR_MORE_DATA, "ERROR_MORE_DATA"),
    Map.entry(WAIT_TIMEOUT, "WAIT_TIMEOUT"),
    Map.entry(ERROR_PIPE_CONNECTED, "ERROR_PIPE_CONNECTED"),
    Map.entry(ERROR_PIPE_LISTENING, "ERROR_PIPE_LISTENING"),
    Map.entry(ERROR_HANDLES_CLOSED, "ERROR_HANDLES_CLOSED"),
    Map.entry(ERROR_ABANDONED_WAIT_0, "ERROR_ABANDONED_WAIT_0"),
    Map.entry(ERROR_OPERATION_ABORTED, "ERROR_OPERATION_ABORTED"),
    Map.entry(ERROR_IO_INCOMPLETE, "ERROR_IO_INCOMPLETE"),
    Map.entry(ERROR_IO_PENDING, "ERROR_IO_PENDING"),
    Map.entry(ERROR_NO_TOKEN, "ERROR_NO_TOKEN"),
    Map.entry(ERROR_NOT_FOUND, "ERROR_NOT_FOUND"),
    Map.entry(ERROR_INVALID_SID, "ERROR_INVALID_SID"),
    Map.entry(ERROR_INVALID_SECURITY_DESCR, "ERROR_INVALID_SECURITY_DESCR"),
    Map.entry(ERROR_INVALID_ACL, "ERROR_INVALID_ACL"),
    Map.entry(ERROR_BAD_IMPERSONATION_LEVEL, "ERROR_BAD_IMPERSONATION_LEVEL"),
    Map.entry(ERROR_CANT_OPEN_ANONYMOUS, "ERROR_CANT_OPEN_ANONYMOUS"),
    Map.entry(ERROR_CANNOT_IMPERSONATE, "ERROR_CANNOT_IMPERSONATE"),
    Map.entry(ERROR_NO_SYSTEM_RESOURCES, "ERROR_NO_SYSTEM_RESOURCES"));

  private Win32Errors() {
  }

  /**
   * The symbolic name of an error code.
   *
   * @param code a Win32 error code
   * @return such as {@code ERROR_PIPE_BUSY}, or {@code ERROR_<code>} for one that is not listed here
   */
  public static String name(int code) {
    String name = NAMES.get(code);
    return name != null ? name : "ERROR_" + code;
  }
}
