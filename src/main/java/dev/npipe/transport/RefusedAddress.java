// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import java.net.SocketAddress;

/**
 * An address that cannot be used, with the reason for whoever makes a channel for it. Throwing on conversion instead
 * would leave Vert.x with a server that half listens.
 */
final class RefusedAddress extends SocketAddress {

  private static final long serialVersionUID = 1L;

  private final String shown;
  private final RuntimeException cause;

  RefusedAddress(String shown, RuntimeException cause) {
    this.shown = shown;
    this.cause = cause;
  }

  RuntimeException cause() {
    return cause;
  }

  @Override
  public String toString() {
    return shown;
  }
}
