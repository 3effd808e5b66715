// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.IdentityKernel;
import dev.npipe.iocp.PipeKernel;
import dev.npipe.iocp.TokenFacts;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * The process at the other end of a pipe, opened for a look. Blocks: for a thread that may.
 *
 * <p>A process id says little by itself, as ids are used again. So the process is opened first, which keeps its id from
 * going to another; then the pipe is asked again; and what was started after the connection was made is not the peer.
 */
final class PeerProcess implements AutoCloseable {

  private static final Logger LOGGER = System.getLogger(PeerProcess.class.getName());

  private final IdentityKernel identity;
  private final long id;
  private final long handle;
  private final long startTime;

  private PeerProcess(IdentityKernel identity, long id, long handle, long startTime) {
    this.identity = identity;
    this.id = id;
    this.handle = handle;
    this.startTime = startTime;
  }

  /**
   * Opens it, as far as that goes.
   *
   * @param pipe a pipe on this machine, open until this returns
   * @param connectedAt the system's time when the connection was known
   */
  static PeerProcess of(PipeKernel kernel, long pipe, boolean serverEnd, long connectedAt) {
    IdentityKernel identity = kernel.identity();
    long id = kernel.peerProcessId(pipe, serverEnd);
    long process = id > 0 ? identity.openProcess(id) : -1;
    if (process <= 0) {
      return new PeerProcess(identity, id, -1, -1);
    }
    boolean same = kernel.peerProcessId(pipe, serverEnd) == id;
    long started = identity.processStartTime(process);
    if (same && started >= 0 && started <= connectedAt) {
      return new PeerProcess(identity, id, process, started);
    }
    if (same && started > connectedAt) {
      // Another process by the same number, or a clock that was set back since it began: as good as unknown.
      LOGGER.log(Level.DEBUG, "The process {0} at the other end of a pipe was started after the connection was made,"
          + " if the clock is right; who it is remains unsaid", id);
    }
    identity.closeObject(process);
    return new PeerProcess(identity, id, -1, -1);
  }

  /** The id that the pipe tells; not positive where it tells none. */
  long id() {
    return id;
  }

  /** Whether the process is open, and the peer's beyond doubt. */
  boolean isProven() {
    return handle > 0;
  }

  /** When it was started; of a proven one. */
  long startTime() {
    return startTime;
  }

  /** The program, of a proven one; null where the system does not tell. */
  String imagePath() {
    return identity.processImagePath(handle);
  }

  /** Whom it runs as, of a proven one; null where this process may not know. */
  TokenFacts user() {
    long token = identity.openProcessToken(handle);
    if (token <= 0) {
      return null;
    }
    try {
      return identity.describe(token);
    } finally {
      identity.closeObject(token);
    }
  }

  @Override
  public void close() {
    if (handle > 0) {
      identity.closeObject(handle);
    }
  }
}
