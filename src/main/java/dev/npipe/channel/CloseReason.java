// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.PipeErrors;

/**
 * Why a connection ended.
 */
public enum CloseReason {

  /** The peer closed its end, or its process ended. All it had written has been read. */
  PEER_CLOSED,

  /** The server disconnected the client; what it had written and the client had not read is lost. */
  PEER_DISCONNECTED,

  /** This side closed. */
  LOCAL,

  /** This side aborted: pending operations were cancelled, unread data discarded. */
  ABORTED,

  /** A timeout ran out: idle, linger or shutdown. */
  TIMEOUT,

  /** This side's verifier did not let the client in. */
  REFUSED,

  /** An operation failed; the exception handler was told how. */
  ERROR;

  /**
   * What a failed operation says about the connection.
   *
   * @param error the Win32 error code
   * @return the reason that fits
   */
  public static CloseReason of(int error) {
    switch (error) {
      case PipeErrors.BROKEN_PIPE:
      case PipeErrors.NO_DATA:
      case PipeErrors.HANDLE_EOF:
        return PEER_CLOSED;
      case PipeErrors.PIPE_NOT_CONNECTED:
        return PEER_DISCONNECTED;
      case PipeErrors.WAIT_TIMEOUT:
        return TIMEOUT;
      default:
        return ERROR;
    }
  }
}
