// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.PipeErrors;

/**
 * What a person can do about an error: the last sentence of every message.
 */
final class ErrorAdvice {

  private static final String NO_WAIT = "somebody who has the handle too has put it into PIPE_NOWAIT mode, in which"
      + " nothing can be waited for";

  private ErrorAdvice() {
  }

  static String of(String operation, int errorCode) {
    if (errorCode == PipeErrors.NO_DATA && "read".equals(operation)) {
      return NO_WAIT;
    }
    if (errorCode == PipeErrors.ACCESS_DENIED && "flush".equals(operation)) {
      return "whoever opened the handle has not asked for FILE_READ_ATTRIBUTES, and without it the system does not say"
          + " whether the peer was there to read; PIPE_ACCESS_DUPLEX comes with that right";
    }
    return of(errorCode);
  }

  static String of(int errorCode) {
    switch (errorCode) {
      case PipeErrors.BROKEN_PIPE:
        return "the peer has closed its end, or its process has died";
      case PipeErrors.NO_DATA:
        return "the peer is closing or has closed its end; what was written last may not have been read";
      case PipeErrors.PIPE_NOT_CONNECTED:
        return "the server has disconnected the client";
      case PipeErrors.WAIT_TIMEOUT:
        return "the peer has not done its part in time; give it more, or look why it does not read, or write";
      case PipeErrors.OPERATION_ABORTED:
        return "the operation was cancelled because its channel was closed";
      case PipeErrors.WRITE_FAULT:
        return NO_WAIT;
      case PipeErrors.NO_SYSTEM_RESOURCES:
        return "the system is short of memory for I/O; use smaller buffers or fewer connections";
      case PipeErrors.ACCESS_DENIED:
        return "the pipe's security descriptor does not allow it";
      case PipeErrors.INVALID_HANDLE:
        return "the pipe is closed already";
      case PipeErrors.BAD_PIPE:
        return "the handle is not that of a pipe";
      case PipeErrors.CANNOT_IMPERSONATE:
        return "this client is known only after something it wrote has been read; read first";
      case PipeErrors.BAD_IMPERSONATION_LEVEL:
        return "the client lets nobody act in its name; it has to connect with impersonation level IMPERSONATION";
      default:
        return "see \"System Error Codes\" in the Windows documentation";
    }
  }

  static String ofListen(int errorCode) {
    switch (errorCode) {
      case PipeErrors.ACCESS_DENIED:
        return "another process listens on this name already, or its security descriptor keeps this user from adding"
            + " an instance";
      case PipeErrors.PIPE_BUSY:
        return "the name is in use and its instance limit is reached";
      case PipeErrors.INVALID_PARAMETER:
        return "Windows does not take these options; is the security descriptor well-formed?";
      default:
        return of(errorCode);
    }
  }

  static String ofMessageMode(int errorCode) {
    switch (errorCode) {
      case PipeErrors.INVALID_PARAMETER:
        return "the server has created the pipe in byte mode; let it set messageMode, or connect without";
      case PipeErrors.ACCESS_DENIED:
        return "the server's security descriptor does not grant FILE_WRITE_ATTRIBUTES to this user";
      default:
        return of(errorCode);
    }
  }

  static String ofConnect(int errorCode) {
    switch (errorCode) {
      case PipeErrors.FILE_NOT_FOUND:
        return "no process listens on this name; is the server started, and is the name right?";
      case PipeErrors.PIPE_BUSY:
        return "all instances are taken; let the server have more instances, or wait for one (whenBusy,"
            + " connectTimeout)";
      case PipeErrors.ACCESS_DENIED:
        return "the server's security descriptor does not let this user in";
      default:
        return of(errorCode);
    }
  }
}
