// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import java.io.IOException;

/**
 * A pipe is somebody else's than a client expects. Nothing was sent.
 */
public final class UnexpectedServerException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String path;

  UnexpectedServerException(NamedPipeAddress address, ExpectedServer expected, String found, Throwable cause) {
    super("connect " + address.path() + ": the server is not the one that is expected (" + expected + "): " + found
        + "; nothing was sent; has another program taken the name?", cause);
    this.path = address.path();
  }

  /**
   * The pipe.
   *
   * @return the full path
   */
  public String path() {
    return path;
  }
}
