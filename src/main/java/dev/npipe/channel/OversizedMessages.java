// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

/**
 * What becomes of a message that is longer than a message may be. In either case no more of it is kept in memory than
 * that.
 */
public enum OversizedMessages {

  /** The connection is closed, with a {@link MessageTooLongException} and the reason {@link CloseReason#ERROR}. */
  FAIL,

  /** The message is read and thrown away, and reported with a {@link MessageTooLongException}; reading goes on. */
  DISCARD
}
