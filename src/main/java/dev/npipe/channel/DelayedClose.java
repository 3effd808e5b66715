// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.PromiseNotifier;
import java.nio.channels.ClosedChannelException;

/**
 * A close that waits for what is being written. Whoever closes meanwhile shares its outcome. Event loop only.
 */
final class DelayedClose {

  private final ChannelPromise promise;
  private final Throwable cause;
  private final ClosedChannelException closeCause;
  private ChannelTimer timer;

  /**
   * Begins to wait.
   *
   * @param promise of the first who closed
   * @param cause why the channel closes
   * @param closeCause what flushed messages fail with that did not reach the kernel
   */
  DelayedClose(ChannelPromise promise, Throwable cause, ClosedChannelException closeCause) {
    this.promise = promise;
    this.cause = cause;
    this.closeCause = closeCause;
  }

  ChannelPromise promise() {
    return promise;
  }

  Throwable cause() {
    return cause;
  }

  ClosedChannelException closeCause() {
    return closeCause;
  }

  /** What ends the wait from here on, in the place of what did before; null for nothing. */
  void timer(ChannelTimer newTimer) {
    if (timer != null) {
      timer.cancel();
    }
    timer = newTimer;
  }

  void join(ChannelPromise later) {
    if (!later.isVoid()) {
      // One way: a cascade would cancel the close with the promise of whoever has joined.
      promise.addListener(new PromiseNotifier<>(false, later));
    }
  }
}
