// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import java.io.IOException;

/**
 * The peer has sent a message that is longer than this side takes. Whether that ends the connection is said by
 * {@link OversizedMessages}.
 */
public final class MessageTooLongException extends IOException {

  private static final long serialVersionUID = 1L;
  private static final long UNKNOWN = -1;

  private final String path;
  private final int maxMessageSize;
  private final long messageSize;

  /** It was not read to its end. */
  MessageTooLongException(NamedPipeAddress address, int maxMessageSize) {
    this(address, maxMessageSize, UNKNOWN);
  }

  MessageTooLongException(NamedPipeAddress address, int maxMessageSize, long messageSize) {
    super("read " + address + ": a message of "
        + (messageSize == UNKNOWN ? "more than " + maxMessageSize + " bytes" : messageSize + " bytes was discarded")
        + ", and maxMessageSize is " + maxMessageSize + "; raise it, or let the peer send less at once");
    this.path = address.path();
    this.maxMessageSize = maxMessageSize;
    this.messageSize = messageSize;
  }

  /**
   * The pipe it came through.
   *
   * @return the full path
   */
  public String path() {
    return path;
  }

  /**
   * How long a message may be.
   *
   * @return the size in bytes
   */
  public int maxMessageSize() {
    return maxMessageSize;
  }

  /**
   * How long the message was.
   *
   * @return the size in bytes when it was discarded; -1 when it was not read to its end
   */
  public long messageSize() {
    return messageSize;
  }
}
