// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

/**
 * A frame that can not be done what it asks for. The message is for the client: it becomes the {@code message} of the
 * {@code err} frame.
 */
final class BadFrameException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  BadFrameException(String message) {
    super(message, null, false, false);
  }
}
