// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.CompletionDriver;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeHandle;
import dev.npipe.iocp.PipeKernel;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A client's way to an open pipe: the open runs where it may block. A busy pipe is waited for in the kernel, or where
 * that cannot be done (remote pipes; in Windows containers the answer is wrong) by a jittered timer; a missing one is
 * waited for by the timer. Event loop only, but for the open itself.
 */
final class PipeConnect {

  private static final int FIRST_RETRY_MILLIS = 1;
  private static final int LAST_BUSY_MILLIS = 32;
  private static final int LAST_MISSING_MILLIS = 100;

  /** About a second's worth. */
  private static final int MOST_MISSES = 40;

  private static final InternalLogger LOGGER = InternalLoggerFactory.getInstance(PipeConnect.class);

  private final NamedPipeChannel channel;
  private final PipeIo io;

  /** Written by the event loop, read by the thread that opens: whether nobody waits for an open any more. */
  private volatile boolean over;

  private NamedPipeAddress remote;
  private ChannelPromise promise;
  private ChannelTimer timeout;
  private ChannelTimer retry;
  private int retryMillis = FIRST_RETRY_MILLIS;
  private boolean busy;
  private boolean missing;
  private int misses;
  private InstanceWait wait;
  private boolean woken;
  private boolean kernelWaits = true;

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
    over = false;
    remote = (NamedPipeAddress) to;
    int timeoutMillis = channel.config().getConnectTimeoutMillis();
    if (timeoutMillis > 0) {
      timeout = channel.schedule(this::timedOut, timeoutMillis, TimeUnit.MILLISECONDS);
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
    offLoop(() -> {
      long opened = io.kernel().open(remote.path(), PipeKernel.ACCESS_READ | PipeKernel.ACCESS_WRITE, impersonation);
      Throwable refusal = opened > 0 ? refusal(opened, messageMode) : null;
      onLoop(() -> opened(opened, refusal), opened);
    });
  }

  private void offLoop(Runnable task) {
    try {
      io.threads().opener(remote).execute(() -> {
        try {
          if (!over) {
            task.run();
          }
        } catch (RuntimeException | Error e) {
          onLoop(() -> failed(e), 0);
        }
      });
    } catch (RuntimeException | Error e) {
      // No thread to be had: whoever connects must be told.
      failed(e);
    }
  }

  private void onLoop(Runnable task, long opened) {
    channel.execute(task, () -> discard(opened));
  }

  private void failed(Throwable cause) {
    if (promise != null) {
      channel.unsafe().connectFailed(cause, finish());
    }
  }

  /** Why an open pipe is not used, null if it is. Where it may block. */
  private Throwable refusal(long opened, boolean messageMode) {
    ExpectedServer expected = channel.config().getExpectedServer();
    if (expected != null) {
      try {
        String found = new ServerCheck(io.kernel(), expected).mismatch(opened, remote);
        if (found != null) {
          return new UnexpectedServerException(remote, expected, found, null);
        }
      } catch (RuntimeException | Error e) {
        // Who that is cannot be said, and so it is not the one that is expected.
        return new UnexpectedServerException(remote, expected, "it cannot be found out who that is", e);
      }
    }
    try {
      int error = messageMode ? io.kernel().readMessages(opened) : PipeErrors.SUCCESS;
      return error == PipeErrors.SUCCESS ? null : NamedPipeException.messageMode(remote, error);
    } catch (RuntimeException | Error e) {
      // Told like all others, so that the handle is closed.
      return e;
    }
  }

  private void opened(long opened, Throwable refusal) {
    if (promise == null || !channel.isOpen()) {
      discard(opened);
    } else if (refusal != null) {
      discard(opened);
      channel.unsafe().connectFailed(refusal, finish());
    } else if (opened > 0) {
      channel.unsafe().connected(opened, remote, finish());
    } else if (opened == -PipeErrors.PIPE_BUSY && channel.config().getWhenBusy() == WaitPolicy.WAIT) {
      busy = true;
      missing = false;
      misses = 0;
      awaitInstance();
    } else if (opened == -PipeErrors.FILE_NOT_FOUND && isWaitedFor()) {
      openLater(missing ? LAST_MISSING_MILLIS : LAST_BUSY_MILLIS);
    } else {
      channel.unsafe().connectFailed(NamedPipeException.connect(remote, (int) -opened), finish());
    }
  }

  private boolean isWaitedFor() {
    missing = channel.config().getWhenMissing() == WaitPolicy.WAIT;
    // A server with a limit of one instance has none for a moment, between two clients; one that has closed, for ever.
    return missing || busy && ++misses < MOST_MISSES;
  }

  /** The kernel says when it is worth trying again; but not twice in a row, lest a lost race become a spin. */
  private void awaitInstance() {
    boolean raceLost = woken;
    woken = false;
    if (raceLost || !kernelWaits || !remote.isLocal()) {
      openLater(LAST_BUSY_MILLIS);
    } else if (wait != null) {
      wait.begin();
    } else {
      offLoop(() -> {
        long root = io.kernel().openRoot();
        onLoop(() -> rootOpened(root), root);
      });
    }
  }

  private void rootOpened(long root) {
    if (promise == null) {
      discard(root);
      return;
    }
    PipeHandle directory = null;
    try {
      if (root > 0) {
        CompletionDriver driver = channel.driver();
        directory = driver.own(root);
        if (driver.attach(directory, channel.eventLoop()) == PipeErrors.SUCCESS) {
          wait = new InstanceWait(directory, remote.path(), this::waited);
          wait.begin();
          return;
        }
      }
    } catch (RuntimeException | Error e) {
      LOGGER.debug("No wait in the kernel for {}", remote, e);
    }
    if (directory != null) {
      directory.close();
    }
    kernelWaits = false;
    openLater(LAST_BUSY_MILLIS);
  }

  private void waited(int error) {
    if (error == PipeErrors.SUCCESS) {
      woken = true;
      open();
    } else if (error == PipeErrors.SEM_TIMEOUT) {
      open();
    } else {
      kernelWaits = false;
      openLater(LAST_BUSY_MILLIS);
    }
  }

  private void openLater(int mostMillis) {
    retry = channel.schedule(this::open, jittered(mostMillis), TimeUnit.MICROSECONDS);
  }

  private void discard(long opened) {
    if (opened > 0) {
      io.threads().closer(remote).execute(() -> io.kernel().close(opened));
    }
  }

  /** Half to whole of the interval, so that clients that found the pipe busy together do not come back together. */
  private long jittered(int mostMillis) {
    long micros = TimeUnit.MILLISECONDS.toMicros(retryMillis);
    retryMillis = Math.min(retryMillis * 2, mostMillis);
    return micros / 2 + ThreadLocalRandom.current().nextLong(micros / 2 + 1);
  }

  private void timedOut() {
    if (promise == null) {
      return;
    }
    ConnectTimeoutException timedOut = new ConnectTimeoutException("connection timed out after "
        + channel.config().getConnectTimeoutMillis() + " ms: " + remote);
    int found = missing ? PipeErrors.FILE_NOT_FOUND : PipeErrors.PIPE_BUSY;
    channel.unsafe().connectFailed(
        busy || missing ? NamedPipeException.connectTimedOut(remote, found, timedOut) : timedOut, finish());
  }

  /** The channel leaves its event loop, where the answer to the wait in the kernel would arrive. */
  void leaveLoop() {
    if (wait != null) {
      // Else the pipe is being opened, or will be, and that goes on.
      boolean waiting = wait.isInFlight();
      wait.cancel();
      wait = null;
      if (waiting) {
        openLater(LAST_BUSY_MILLIS);
      }
    }
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
    over = true;
    if (timeout != null) {
      timeout.cancel();
    }
    if (retry != null) {
      retry.cancel();
    }
    if (wait != null) {
      wait.cancel();
      wait = null;
    }
    return finished;
  }
}
