// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The clients of a listener that are on their way to the event loops that are to serve them: a few at a time, each
 * until its loop has taken it and had a turn since, at its port or selector and its timers. An event loop looks for
 * nothing but tasks until a second has passed (Netty's quantum), and clients that come and go without an end would be
 * tasks without an end. Those beyond wait in the pipe.
 *
 * <p>A loop that is blocked keeps its clients, and does not close the door for all: where none arrives for a while,
 * more are let go.
 */
final class Arrivals {

  private static final Logger LOGGER = System.getLogger(Arrivals.class.getName());
  private static final int AT_ONCE = 16;
  private static final long PATIENCE_MILLIS = 50;

  private final NamedPipeServerChannel server;

  // Any thread.
  private final AtomicInteger arriving = new AtomicInteger();
  private final AtomicInteger arrived = new AtomicInteger();
  private volatile boolean withheld;

  // The listener's event loop only.
  private int most = AT_ONCE;
  private boolean timed;

  Arrivals(NamedPipeServerChannel server) {
    this.server = server;
  }

  /** Whether one more may be handed over; if not, the listener is told to go on when it may. */
  boolean leaveRoom() {
    int now = arriving.get();
    if (now < AT_ONCE) {
      most = AT_ONCE;
    }
    if (now < most) {
      return true;
    }
    withheld = true;
    if (!timed) {
      startTimer();
    }
    // Who arrived before it was withheld did not know.
    return arriving.get() < most;
  }

  private void startTimer() {
    int arrivedBefore = arrived.get();
    try {
      server.eventLoop().schedule(() -> server.home().execute(() -> lookAgain(arrivedBefore)), PATIENCE_MILLIS,
          TimeUnit.MILLISECONDS);
      timed = true;
    } catch (RejectedExecutionException e) {
      LOGGER.log(Level.DEBUG, "An event loop that ends lets nobody in any more", e);
    }
  }

  private void lookAgain(int arrivedBefore) {
    timed = false;
    if (arrived.get() == arrivedBefore) {
      most += AT_ONCE;
    }
    goOn();
  }

  private void goOn() {
    withheld = false;
    server.deliverSoon();
  }

  /** The listener leaves its event loop, and with it the timer. */
  void leaveLoop() {
    timed = false;
  }

  /** Hands a client over. Not on its way is who has no loop yet, because somebody thinks about it. */
  void send(NamedPipeChannel child) {
    arriving.incrementAndGet();
    child.whenArrived(this::oneHasArrived);
    server.pipeline().fireChannelRead(child);
    if (!child.hasLoop()) {
      child.arrived();
    }
  }

  /** Any thread. */
  private void oneHasArrived() {
    arriving.decrementAndGet();
    arrived.incrementAndGet();
    if (withheld && server.isActive()) {
      try {
        server.home().execute(this::goOn);
      } catch (RuntimeException | Error e) {
        // Whoever arrives has nothing to do with it, and may be about to close its handle.
        LOGGER.log(Level.DEBUG, "A listener goes on by its timer", e);
      }
    }
  }
}
