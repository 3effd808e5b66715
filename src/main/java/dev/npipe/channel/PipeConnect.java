// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeKernel;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A client's way to an open pipe: the open runs where it may block, a busy pipe is tried again until the connect
 * timeout, a missing one fails at once. Event loop only, but for the open itself.
 */
final class PipeConnect {

  private static final int FIRST_RETRY_MILLIS = 1;
  private static final int LAST_RETRY_MILLIS = 32;

  /** About a second's worth. */
  private static final int MOST_MISSES = 40;

  private final NamedPipeChannel channel;
  private final PipeIo io;

  private NamedPipeAddress remote;
  private ChannelPromise promise;
  private Future<?> timeout;
  private Future<?> retry;
  private int retryMillis = FIRST_RETRY_MILLIS;
  private boolean busy;
  private int misses;

  PipeConnect(NamedPipeChannel channel, PipeIo io) {
    this.channel = channel;
    this.io = io;
  }

  void start(SocketAddress to, ChannelPromise connectPromise) {
    if (promise != null) {
      connectPromise.tryFailure(new ConnectionPendingException());
      return;
    }
    if (!(to instanceof NamedPipeAddress)) {
      connectPromise.tryFailure(new IllegalArgumentException("Not the address of a pipe: " + to));
      return;
    }
    promise = connectPromise;
    remote = (NamedPipeAddress) to;
    int timeoutMillis = channel.config().getConnectTimeoutMillis();
    if (timeoutMillis > 0) {
      timeout = channel.eventLoop().schedule(this::timedOut, timeoutMillis, TimeUnit.MILLISECONDS);
    }
    promise.addListener(done -> {
      if (done.isCancelled() && promise == connectPromise) {
        finish();
        channel.unsafe().close(channel.unsafe().voidPromise());
      }
    });
    open();
  }

  private void open() {
    int impersonation = channel.config().getImpersonationLevel().ordinal();
    boolean messageMode = channel.config().isMessageMode();
    io.opener().execute(() -> {
      long opened = io.kernel().open(remote.path(), PipeKernel.ACCESS_READ | PipeKernel.ACCESS_WRITE, impersonation);
      int refused = messageMode && opened > 0 ? io.kernel().readMessages(opened) : PipeErrors.SUCCESS;
      try {
        channel.eventLoop().execute(() -> opened(opened, refused));
      } catch (RejectedExecutionException terminated) {
        discard(opened);
      }
    });
  }

  private void opened(long opened, int messageModeRefused) {
    if (promise == null || !channel.isOpen()) {
      discard(opened);
    } else if (messageModeRefused != PipeErrors.SUCCESS) {
      discard(opened);
      channel.unsafe().connectFailed(NamedPipeException.messageMode(remote, messageModeRefused), finish());
    } else if (opened > 0) {
      channel.unsafe().connected(opened, remote, finish());
    } else if (isWorthAnotherTry((int) -opened)) {
      retry = channel.eventLoop().schedule(this::open, jittered(), TimeUnit.MICROSECONDS);
    } else {
      channel.unsafe().connectFailed(NamedPipeException.connect(remote, (int) -opened), finish());
    }
  }

  private boolean isWorthAnotherTry(int error) {
    if (error == PipeErrors.PIPE_BUSY) {
      busy = true;
      misses = 0;
      return true;
    }
    // A server with a limit of one instance has none for a moment, between two clients; one that has closed, for ever.
    return busy && error == PipeErrors.FILE_NOT_FOUND && ++misses < MOST_MISSES;
  }

  private void discard(long opened) {
    if (opened > 0) {
      io.kernel().close(opened);
    }
  }

  /** Half to whole of the interval, so that clients that found the pipe busy together do not come back together. */
  private long jittered() {
    long micros = TimeUnit.MILLISECONDS.toMicros(retryMillis);
    retryMillis = Math.min(retryMillis * 2, LAST_RETRY_MILLIS);
    return micros / 2 + ThreadLocalRandom.current().nextLong(micros / 2 + 1);
  }

  private void timedOut() {
    if (promise == null) {
      return;
    }
    ConnectTimeoutException timedOut = new ConnectTimeoutException("connection timed out after "
        + channel.config().getConnectTimeoutMillis() + " ms: " + remote);
    channel.unsafe().connectFailed(busy ? NamedPipeException.connectTimedOut(remote, timedOut) : timedOut, finish());
  }

  /** The channel closes. */
  void cancel() {
    if (promise != null) {
      finish().tryFailure(new ClosedChannelException());
    }
  }

  private ChannelPromise finish() {
    ChannelPromise finished = promise;
    promise = null;
    if (timeout != null) {
      timeout.cancel(false);
    }
    if (retry != null) {
      retry.cancel(false);
    }
    return finished;
  }
}
