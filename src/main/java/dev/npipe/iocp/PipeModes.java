// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import dev.npipe.win32.Win32Constants;

/**
 * The flags that pipes are created and opened with: pure, since what they stand for is not enforced everywhere.
 */
final class PipeModes {

  private PipeModes() {
  }

  /** The dwOpenMode of CreateNamedPipe. */
  static int openMode(boolean first) {
    return Win32Constants.PIPE_ACCESS_DUPLEX | Win32Constants.FILE_FLAG_OVERLAPPED
      | (first ? Win32Constants.FILE_FLAG_FIRST_PIPE_INSTANCE : 0);
  }

  /** The dwPipeMode of CreateNamedPipe. */
  static int pipeMode(PipeInstanceSpec spec) {
    int type = spec.messageMode()
      ? Win32Constants.PIPE_TYPE_MESSAGE | Win32Constants.PIPE_READMODE_MESSAGE
      : Win32Constants.PIPE_TYPE_BYTE | Win32Constants.PIPE_READMODE_BYTE;
    return type | Win32Constants.PIPE_WAIT
      | (spec.rejectRemoteClients() ? Win32Constants.PIPE_REJECT_REMOTE_CLIENTS : 0);
  }

  /** The dwDesiredAccess of a client's CreateFile. */
  static int rights(int access) {
    int rights = 0;
    if ((access & PipeKernel.ACCESS_READ) != 0) {
      rights |= Win32Constants.FILE_GENERIC_READ;
    }
    if ((access & PipeKernel.ACCESS_WRITE) != 0) {
      // GENERIC_WRITE would ask for the right to create instances too, which a server should not grant its clients
      // ("Named Pipe Security and Access Rights").
      rights |= Win32Constants.FILE_GENERIC_WRITE & ~Win32Constants.FILE_CREATE_PIPE_INSTANCE;
    }
    return rights;
  }

  /**
   * The dwFlagsAndAttributes of a client's CreateFile, with what the server may do in the client's name. What is for
   * another machine is not held back until there is more of it ("SetNamedPipeHandleState", lpMaxCollectionCount).
   */
  static int openFlags(int impersonationLevel, boolean remote) {
    return Win32Constants.FILE_FLAG_OVERLAPPED | Win32Constants.SECURITY_SQOS_PRESENT
      | impersonationLevel << Win32Constants.SECURITY_LEVEL_SHIFT
      | (remote ? Win32Constants.FILE_FLAG_WRITE_THROUGH : 0);
  }
}
