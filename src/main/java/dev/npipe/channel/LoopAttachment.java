// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.SingleThreadEventExecutor;

/**
 * A channel's registration with an event loop that knows nothing of pipes: the loop is asked to close the channel when
 * it shuts down, as loops do by themselves for the channels they wait for.
 */
final class LoopAttachment {

  private final EventLoop eventLoop;
  private final Runnable close;

  LoopAttachment(EventLoop eventLoop, Runnable close) {
    this.eventLoop = eventLoop;
    this.close = close;
    if (eventLoop instanceof SingleThreadEventExecutor) {
      ((SingleThreadEventExecutor) eventLoop).addShutdownHook(close);
    }
  }

  void detach() {
    if (eventLoop instanceof SingleThreadEventExecutor) {
      ((SingleThreadEventExecutor) eventLoop).removeShutdownHook(close);
    }
  }
}
