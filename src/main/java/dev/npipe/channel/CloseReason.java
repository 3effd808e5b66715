// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.PipeErrors;

/**
 * Why a connection ended.
 */
public enum CloseReason {

  /**
   * The peer closed its end, or its process ended. All it had written has been read, unless one of this side's writes
   * failed while it did not read (it was paused, or auto-read was off); or the peer ended in the middle of a message,
   * of which nothing is delivered.
   */
  PEER_CLOSED,

  /** The server disconnected the client; what it had written and the client had not read is lost. */
  PEER_DISCONNECTED,

  /** This side closed. */
  LOCAL,

  /** This side aborted: pending operations were cancelled, unread data discarded. */
  ABORTED,

  /** A timeout ran out: idle, linger, shutdown, or a read or write deadline. */
  TIMEOUT,

  /** This side's verifier did not let the client in. */
  REFUSED,

  /** An operation failed; the exception handler was told how. */
  ERROR;

  /** What a failed read says: one that does not wait (PIPE_NOWAIT) fails as a write does whose peer is gone. */
  static CloseReason ofRead(int error) {
    return error == PipeErrors.NO_DATA ? ERROR : of(error);
  }

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
