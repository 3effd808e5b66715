// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.channel.CloseReason;
import dev.npipe.channel.NamedPipeChannel;
import dev.npipe.channel.NamedPipeException;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * When a socket must have read, and written. A deadline that is missed ends the connection: a stream of which the peer
 * may have taken a part cannot go on.
 */
final class SocketDeadlines {

  private final NamedPipeChannel channel;
  private final EventLoop eventLoop;
  private final Consumer<Throwable> missed;
  private final Deadline read;
  private final Deadline write;

  // Event loop only.
  private boolean closed;

  /**
   * Without a deadline at first.
   *
   * @param writing whether a write waits for the system
   * @param missed is given what the connection ends with, on the event loop
   */
  SocketDeadlines(NamedPipeChannel channel, BooleanSupplier writing, Consumer<Throwable> missed) {
    this.channel = channel;
    this.eventLoop = channel.eventLoop();
    this.missed = missed;
    this.read = new Deadline("read", () -> true);
    this.write = new Deadline("write", writing);
  }

  /** Sets the time to read, from now on; zero takes it back. Any thread. */
  void read(Duration timeout) {
    read.set(timeout);
  }

  /** Sets the time to write, from now on; zero takes it back. Any thread. */
  void write(Duration timeout) {
    write.set(timeout);
  }

  /** The connection has ended. Event loop. */
  void close() {
    closed = true;
    read.schedule(0);
    write.schedule(0);
  }

  /** One of the two. */
  private final class Deadline {

    private final String operation;
    private final BooleanSupplier matters;

    // Event loop only.
    private ScheduledFuture<?> timer;

    Deadline(String operation, BooleanSupplier matters) {
      this.operation = operation;
      this.matters = matters;
    }

    void set(Duration timeout) {
      long nanos = timeout.toNanos();
      if (eventLoop.inEventLoop()) {
        schedule(nanos);
        return;
      }
      try {
        eventLoop.execute(() -> schedule(nanos));
      } catch (RejectedExecutionException terminated) {
        // So has the connection.
        return;
      }
    }

    void schedule(long nanos) {
      if (timer != null) {
        timer.cancel(false);
        timer = null;
      }
      if (nanos > 0 && !closed) {
        timer = eventLoop.schedule(this::isOver, nanos, TimeUnit.NANOSECONDS);
      }
    }

    private void isOver() {
      timer = null;
      if (!closed && matters.getAsBoolean()) {
        NamedPipeException cause = NamedPipeException.timedOut(operation, channel.remoteAddress());
        missed.accept(cause);
        channel.close(CloseReason.TIMEOUT, cause);
      }
    }
  }
}
