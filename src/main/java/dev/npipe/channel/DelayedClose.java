// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.PromiseNotifier;
import java.nio.channels.ClosedChannelException;

/**
 * A close that waits for the write in the kernel. Whoever closes meanwhile shares its outcome.
 *
 * @param promise of the first who closed
 * @param cause why the channel closes
 * @param closeCause what flushed messages fail with that did not reach the kernel
 * @param timer ends the wait
 */
record DelayedClose(
    ChannelPromise promise, Throwable cause, ClosedChannelException closeCause, Future<?> timer) {

  void join(ChannelPromise later) {
    if (!later.isVoid()) {
      PromiseNotifier.cascade(promise, later);
    }
  }
}
