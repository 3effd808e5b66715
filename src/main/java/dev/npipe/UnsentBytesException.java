// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import java.io.IOException;

/**
 * A connection was closed because its time was up, before the system had taken all that was written.
 *
 * <p>What counts as taken can be read by the peer, also after the close. The writes that were not are counted whole:
 * of a stream the peer may have read a part of the first of them, of a message never.
 */
public final class UnsentBytesException extends IOException {

  private static final long serialVersionUID = 1L;

  private final long bytes;
  private final int connections;

  /**
   * Says how much was lost on one connection.
   *
   * @param path the pipe
   * @param bytes the number of bytes
   */
  public UnsentBytesException(String path, long bytes) {
    super("close " + path + ": time was up, and " + bytes + " bytes that were written before had not been taken; give"
        + " the peer more time (lingerTimeout), or look why it does not read");
    this.bytes = bytes;
    this.connections = 1;
  }

  /**
   * Says how much was lost on several connections together.
   *
   * @param bytes the number of bytes
   * @param connections the number of connections
   */
  public UnsentBytesException(long bytes, int connections) {
    super("close: time was up for " + connections + " connections, and " + bytes + " bytes that were written before had"
        + " not been taken; give the peers more time, or look why they do not read");
    this.bytes = bytes;
    this.connections = connections;
  }

  /**
   * How much was lost.
   *
   * @return the number of bytes
   */
  public long bytes() {
    return bytes;
  }

  /**
   * How many connections it was lost on.
   *
   * @return 1 for the close of a socket, 1 or more for that of a server or a client
   */
  public int connections() {
    return connections;
  }
}
