// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import java.io.IOException;

/**
 * A client was refused because its verification failed or took too long. That the verifier said no is no exception.
 */
public final class PeerRefusedException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String path;

  PeerRefusedException(NamedPipeAddress address, String why, Throwable cause) {
    super("verify the peer of " + address.path() + ": " + why + "; the client was refused", cause);
    this.path = address.path();
  }

  /**
   * The pipe the client had connected to.
   *
   * @return the full path
   */
  public String path() {
    return path;
  }
}
