// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

/**
 * What a message without a byte means.
 */
public enum ZeroLengthMessages {

  /** It is a message like all others. */
  DELIVER,

  /**
   * The peer has ended its stream, as go-winio, WCF and some .NET programs say it. The connection stays open for
   * writing until either side closes.
   */
  END_OF_STREAM
}
