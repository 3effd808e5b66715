// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The clients of a listener that are on their way to the event loops that are to serve them: a few at a time, each
 * until its loop has taken it and had a turn since, at its port or selector and its timers. An event loop looks for
 * nothing but tasks until a second has passed (Netty's quantum), and clients that come and go without an end would be
 * tasks without an end. Those beyond wait in the pipe. For the same reason the listener's own loop has a turn after
 * each few.
 *
 * <p>A loop that is blocked keeps its clients, and does not close the door for all: where nothing happens to any client
 * on its way for a while, twice as many are let go, until all have arrived that were on their way then. Not so where a
 * loop is merely slow, as on a busy machine: it would be given ever more and have its turn ever later.
 */
final class Arrivals {

  private static final Logger LOGGER = System.getLogger(Arrivals.class.getName());
  private static final int AT_ONCE = 16;
  /** A loop that takes so long for a few clients is not merely slow. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final NamedPipeServerChannel server;

  // Any thread.
  private final AtomicInteger moves = new AtomicInteger();
  private final AtomicBoolean withheld = new AtomicBoolean();

  // The listener's event loop only.
  private int most = AT_ONCE;
  private Wave latest = new Wave();
  /** Those that were on their way when more were let go. */
  private final List<Wave> earlier = new ArrayList<>();
  private int sentInTurn;
  private boolean impatient;
  private boolean turnAwaited;
  /** Counts the loops that the listener has been on: the timers of the former ones have nothing to say any more. */
  private int stay;

  Arrivals(NamedPipeServerChannel server) {
    this.server = server;
  }

  /** Whether one more may be handed over; if not, the listener is told to go on when it may. */
  boolean leaveRoom() {
    if (sentInTurn >= AT_ONCE) {
      turnAwaited = turnAwaited || after(0, this::turn);
      return !turnAwaited;
    }
    if (earlier.removeIf(Wave::hasArrived) && earlier.isEmpty()) {
      most = AT_ONCE;
    }
    if (onTheirWay() < most) {
      return true;
    }
    withheld.set(true);
    int movesBefore = moves.get();
    impatient = impatient || after(PATIENCE_NANOS, () -> lookAgain(movesBefore));
    // Who arrived before it was withheld did not know. Nor is anybody withheld without a timer.
    return onTheirWay() < most || !impatient;
  }

  private int onTheirWay() {
    int count = latest.onTheirWay.get();
    for (Wave wave : earlier) {
      count += wave.onTheirWay.get();
    }
    return count;
  }

  private boolean after(long nanos, Runnable task) {
    int now = stay;
    try {
      server.eventLoop().schedule(() -> server.home().execute(() -> {
        if (now == stay) {
          task.run();
        }
      }), nanos, TimeUnit.NANOSECONDS);
      return true;
    } catch (RuntimeException | Error e) {
      LOGGER.log(Level.DEBUG, "An event loop that ends, or has no memory, counts nobody", e);
      return false;
    }
  }

  private void turn() {
    turnAwaited = false;
    sentInTurn = 0;
    server.deliverSoon();
  }

  private void lookAgain(int movesBefore) {
    impatient = false;
    if (moves.get() == movesBefore) {
      most *= 2;
      earlier.add(latest);
      latest = new Wave();
    }
    server.deliverSoon();
  }

  /** The listener comes to another event loop: its timers were the other's. */
  void changeLoop() {
    stay++;
    impatient = false;
    turnAwaited = false;
    sentInTurn = 0;
    if (server.isActive()) {
      server.home().execute(server::deliverSoon);
    }
  }

  /** Hands a client over. Not on its way is who has no loop yet, because somebody thinks about it. */
  void send(NamedPipeChannel child) {
    sentInTurn++;
    child.arriveWith(latest.begin());
    server.pipeline().fireChannelRead(child);
    if (!child.hasLoop()) {
      child.arrived();
    }
  }

  private void oneHasArrived() {
    moves.incrementAndGet();
    if (server.isActive() && withheld.compareAndSet(true, false)) {
      boolean told = false;
      try {
        told = server.home().execute(server::deliverSoon);
      } catch (RuntimeException | Error e) {
        // Whoever arrives has nothing to do with it, and may be about to close its handle.
        LOGGER.log(Level.DEBUG, "A listener goes on by its timer", e);
      }
      if (!told) {
        // Who arrives next tries again.
        withheld.set(true);
      }
    }
  }

  /** Clients that were let go before, or after, twice as many might be on their way. Any thread. */
  final class Wave {

    private final AtomicInteger onTheirWay = new AtomicInteger();

    private Wave begin() {
      onTheirWay.incrementAndGet();
      return this;
    }

    private boolean hasArrived() {
      return onTheirWay.get() == 0;
    }

    /** An event loop has taken or closed a client that is on its way. */
    void oneMoved() {
      moves.incrementAndGet();
    }

    /** One of these has arrived, or never will. */
    void oneArrived() {
      onTheirWay.decrementAndGet();
      oneHasArrived();
    }
  }
}
