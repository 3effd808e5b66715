// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Native;
import com.sun.jna.WString;

/**
 * Functions of kernel32.dll, directly mapped. HANDLE, pointers and ULONG_PTR are {@code long}, DWORD and BOOL are
 * {@code int}; what each does is said on its page of the Win32 reference. Wherever a function fails,
 * {@link #lastError()} says why, asked on the same thread before the next call.
 */
public final class Kernel32 {

  static {
    Native.register(Kernel32.class, "kernel32");
  }

  private Kernel32() {
  }

  /**
   * The error of the call before, on this thread.
   *
   * @return a Win32 error code, never 0: a failure that left none is ERROR_INVALID_FUNCTION, lest it pass for success
   */
  public static int lastError() {
    int error = Native.getLastError();
    return error != Win32Errors.ERROR_SUCCESS ? error : Win32Errors.ERROR_INVALID_FUNCTION;
  }

  /**
   * Creates an instance of a pipe.
   *
   * @param name the full path
   * @param openMode direction and flags of the handle
   * @param pipeMode type, read mode and remote clients
   * @param maxInstances 1 to 255, the last for no limit
   * @param outBufferSize the server's outbound quota
   * @param inBufferSize the server's inbound quota
   * @param defaultTimeout what WaitNamedPipe waits by default
   * @param securityAttributes the address of a SECURITY_ATTRIBUTES, or 0
   * @return the handle, or INVALID_HANDLE_VALUE
   */
  public static long createNamedPipe(String name, int openMode, int pipeMode, int maxInstances, int outBufferSize,
      int inBufferSize, int defaultTimeout, long securityAttributes) {
    return CreateNamedPipeW(new WString(name), openMode, pipeMode, maxInstances, outBufferSize, inBufferSize,
      defaultTimeout, securityAttributes);
  }

  /**
   * Opens a file, here the client end of a pipe, without sharing or a template.
   *
   * @param name the full path
   * @param desiredAccess the access rights
   * @param creationDisposition OPEN_EXISTING for a pipe
   * @param flagsAndAttributes flags and security quality of service
   * @return the handle, or INVALID_HANDLE_VALUE
   */
  public static long createFile(String name, int desiredAccess, int creationDisposition, int flagsAndAttributes) {
    return CreateFileW(new WString(name), desiredAccess, 0, Win32Constants.NULL, creationDisposition,
      flagsAndAttributes, Win32Constants.NULL);
  }

  /**
   * Opens what exists and what others may open too.
   *
   * @param name the full path
   * @param desiredAccess the access rights
   * @param flagsAndAttributes flags
   * @return the handle, or INVALID_HANDLE_VALUE
   */
  static long openShared(String name, int desiredAccess, int flagsAndAttributes) {
    return CreateFileW(new WString(name), desiredAccess, Win32Constants.FILE_SHARE_READ_WRITE, Win32Constants.NULL,
      Win32Constants.OPEN_EXISTING, flagsAndAttributes, Win32Constants.NULL);
  }

  /**
   * Waits until an instance of a pipe can be opened.
   *
   * @param name the full path
   * @param timeoutMillis how long to wait
   * @return 0 with ERROR_FILE_NOT_FOUND when there is no such pipe, or with ERROR_SEM_TIMEOUT
   */
  public static int waitNamedPipe(String name, int timeoutMillis) {
    return WaitNamedPipeW(new WString(name), timeoutMillis);
  }

  static native long CreateNamedPipeW(WString name, int openMode, int pipeMode, int maxInstances, int outBufferSize,
      int inBufferSize, int defaultTimeout, long securityAttributes);

  static native long CreateFileW(WString name, int desiredAccess, int shareMode, long securityAttributes,
      int creationDisposition, int flagsAndAttributes, long templateFile);

  static native int WaitNamedPipeW(WString name, int timeoutMillis);

  /** Waits for a client; 0 with ERROR_IO_PENDING is the usual answer. */
  public static native int ConnectNamedPipe(long pipe, long overlapped);

  /** Cuts the client off. */
  public static native int DisconnectNamedPipe(long pipe);

  /** Reads; with an overlapped handle {@code bytesRead} is 0, and the count is in the OVERLAPPED block. */
  public static native int ReadFile(long file, long buffer, int bytesToRead, long bytesRead, long overlapped);

  /** Writes; with an overlapped handle {@code bytesWritten} is 0, and the count is in the OVERLAPPED block. */
  public static native int WriteFile(long file, long buffer, int bytesToWrite, long bytesWritten, long overlapped);

  /** Cancels one operation, or with {@code overlapped} 0 all of the handle. */
  public static native int CancelIoEx(long file, long overlapped);

  /** Blocks until the other end has read everything. */
  public static native int FlushFileBuffers(long file);

  /** Closes a handle. */
  public static native int CloseHandle(long handle);

  /** Creates a port, or associates a handle with one; 0 is failure. */
  public static native long CreateIoCompletionPort(long file, long existingPort, long key, int concurrentThreads);

  /** Takes packets off a port; 0 with WAIT_TIMEOUT when none came. */
  public static native int GetQueuedCompletionStatusEx(long port, long entries, int count, long removed,
      int timeoutMillis, int alertable);

  /** Queues a packet. */
  public static native int PostQueuedCompletionStatus(long port, int bytes, long key, long overlapped);

  /** Says which completions of a handle queue no packet and set no event. */
  public static native int SetFileCompletionNotificationModes(long file, byte flags);

  /** Creates an event without a name; 0 is failure. */
  public static native long CreateEventW(long attributes, int manualReset, int initialState, long name);

  /** Signals an event. */
  public static native int SetEvent(long event);

  /** Waits until one of at most 64 handles is signalled, or all. */
  public static native int WaitForMultipleObjects(int count, long handles, int waitAll, int timeoutMillis);

  /** Looks at what can be read; with addresses of 0, only whether the pipe is whole. */
  public static native int PeekNamedPipe(long pipe, long buffer, int size, long read, long available, long left);

  /** Sets the read mode that is stored at {@code mode}. */
  static native int SetNamedPipeHandleState(long pipe, long mode, long maxCollectionCount, long collectDataTimeout);

  /** The process at the client end, stored at {@code processId}. */
  static native int GetNamedPipeClientProcessId(long pipe, long processId);

  /** The process at the server end, stored at {@code processId}. */
  static native int GetNamedPipeServerProcessId(long pipe, long processId);

  static native long LocalFree(long memory);

  static native long GetCurrentProcess();
}
