// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import java.net.BindException;
import java.net.SocketAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A bind that is tried again while clients of a listener of before may still hold the name. Event loop only, but for
 * its beginning.
 */
final class PatientBind {

  private static final long RETRY_MILLIS = 20;

  private final NamedPipeServerChannel channel;
  private final RecentNames names;
  private final SocketAddress address;
  private final ChannelPromise promise;

  PatientBind(NamedPipeServerChannel channel, RecentNames names, SocketAddress address, ChannelPromise promise) {
    this.channel = channel;
    this.names = names;
    this.address = address;
    this.promise = promise;
  }

  /** Tries, and tells the promise how it ended. Any thread, the first time. */
  void attempt() {
    channel.bindOnce(address, channel.newPromise()).addListener(this::attempted);
  }

  private void attempted(Future<? super Void> attempt) {
    Throwable cause = attempt.cause();
    if (cause == null) {
      promise.trySuccess();
    } else if (mayBeFreeSoon(cause)) {
      tryLater(cause);
    } else {
      promise.tryFailure(cause);
    }
  }

  private boolean mayBeFreeSoon(Throwable cause) {
    return channel.isOpen() && cause instanceof NamedPipeException && cause.getCause() instanceof BindException
        && names.mayBeHeld((NamedPipeAddress) address, channel.eventLoop().ticker().nanoTime());
  }

  private void tryLater(Throwable cause) {
    try {
      channel.eventLoop().schedule(this::attempt, RETRY_MILLIS, TimeUnit.MILLISECONDS).addListener(turn -> {
        if (turn.isCancelled()) {
          // The event loop shuts down, and drops what waits for its timer.
          promise.tryFailure(cause);
        }
      });
    } catch (RejectedExecutionException terminated) {
      promise.tryFailure(cause);
    }
  }
}
