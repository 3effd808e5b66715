// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import io.netty.channel.ChannelConfig;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether the channel reads: not while too many messages, or too many of their bytes, wait for a handler, but in any
 * case while an answer is awaited. Event loop only, unless a method says otherwise.
 */
final class ReadDemand {

  private final ChannelConfig config;
  private final long maxBytes;

  // Added to by the event loop, taken from by the context.
  private final AtomicLong waitingBytes = new AtomicLong();

  private boolean heldByMessages;
  private boolean heldByBytes;
  private int awaited;

  ReadDemand(ChannelConfig config, long maxBytes) {
    this.config = config;
    this.maxBytes = maxBytes;
  }

  /** The queue of messages has become full, or has room again. */
  void holdByMessages(boolean held) {
    heldByMessages = held;
    update();
  }

  /** A message waits for its handler. */
  void waits(long bytes) {
    if (waitingBytes.addAndGet(bytes) >= maxBytes && !heldByBytes) {
      heldByBytes = true;
      update();
      // It may have been handled between the two.
      checkRoom();
    }
  }

  /** A message goes to its handler; says whether {@link #checkRoom} is called for. Any thread. */
  boolean handled(long bytes) {
    long left = waitingBytes.addAndGet(-bytes);
    return left <= maxBytes / 2 && left + bytes > maxBytes / 2;
  }

  void checkRoom() {
    if (heldByBytes && waitingBytes.get() <= maxBytes / 2) {
      heldByBytes = false;
      update();
    }
  }

  /** How many answers are awaited. */
  void await(int answers) {
    awaited = answers;
    update();
  }

  private void update() {
    boolean reads = awaited > 0 || !heldByMessages && !heldByBytes;
    if (config.isAutoRead() != reads) {
      config.setAutoRead(reads);
    }
  }
}
