// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.CompletionDriver;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeHandle;
import dev.npipe.iocp.PipeInstanceSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The instances of a listening pipe that wait for clients: as many as configured, replaced before they are handed over
 * and after they have failed. What one client did wrong never stops the listener.
 */
final class PendingInstances {

  private static final long FIRST_RETRY_MILLIS = 50;
  private static final long LAST_RETRY_MILLIS = 5_000;
  private static final long LAST_BUSY_RETRY_MILLIS = 1_000;

  private final NamedPipeServerChannel server;
  private final PendingTarget target;
  private final AcceptCounters counters;

  // Counted by the event loops of the clients.
  private final AtomicInteger departures = new AtomicInteger();

  // Written by the event loop, read by those of the clients.
  private volatile int lastArmError;

  // Event loop only.
  private final Set<PipeInstance> pending = new LinkedHashSet<>();
  private final List<PipeInstance> broken = new ArrayList<>();
  private PipeInstanceSpec spec;
  private boolean retryScheduled;
  private long retryMillis = FIRST_RETRY_MILLIS;

  PendingInstances(NamedPipeServerChannel server, AcceptCounters counters) {
    this.counters = counters;
    this.server = server;
    this.target = new PendingTarget(server.config(), this::retireSome);
  }

  /** How many wait, or have a client that is not handed over yet. */
  int count() {
    return pending.size();
  }

  private void remove(PipeInstance instance) {
    pending.remove(instance);
    counters.pending(pending.size());
  }

  /** Creates the instance that takes the name. */
  int armFirst(PipeInstanceSpec instanceSpec) {
    spec = instanceSpec;
    return arm(server.config().isFirstInstanceRequired());
  }

  /** Creates an instance and lets it wait for a client. */
  private int arm(boolean first) {
    CompletionDriver driver = server.driver();
    long created = driver.kernel().createInstance(spec, first);
    if (created <= 0) {
      return (int) -created;
    }
    PipeHandle pipe = driver.own(created);
    if (spec.messageMode()) {
      pipe.readsMessages();
    }
    int error;
    try {
      PipeInstance instance = new PipeInstance(server, pipe);
      error = instance.waitWith(driver);
      if (error == PipeErrors.SUCCESS) {
        pending.add(instance);
        counters.pending(pending.size());
      }
    } catch (RuntimeException | Error e) {
      // No thread or no memory for it: nobody else would ever close it, and the name would stay taken.
      pipe.close();
      throw e;
    }
    if (error != PipeErrors.SUCCESS) {
      pipe.close();
    }
    return error;
  }

  /** Sees to it that as many instances wait as should; what hinders it is told to the listener, and returned. */
  int armPending() {
    int error = PipeErrors.SUCCESS;
    int leftBefore = departures.get();
    Throwable cause = null;
    try {
      while (server.isActive() && error == PipeErrors.SUCCESS
          && pending.size() < target.count()) {
        error = arm(false);
      }
    } catch (RuntimeException | Error e) {
      // Told like an error of the system: a client that has just come must not be lost for the next one's sake.
      error = PipeErrors.NO_SYSTEM_RESOURCES;
      cause = e;
    }
    if (error == PipeErrors.SUCCESS) {
      lastArmError = error;
      retryMillis = FIRST_RETRY_MILLIS;
      return error;
    }
    if (error != PipeErrors.PIPE_BUSY && error != lastArmError) {
      server.acceptFailed(error, cause);
    }
    lastArmError = error;
    // Also at the limit: an instance counts until both of its ends are closed, and nobody says when the client's is.
    retryLater(error == PipeErrors.PIPE_BUSY ? LAST_BUSY_RETRY_MILLIS : LAST_RETRY_MILLIS);
    // A client that leaves may make room, and calls this again; unless it left before it could see why.
    if (departures.get() != leftBefore) {
      server.home().execute(this::armPending);
    }
    return error;
  }

  /** Ever more slowly: what the system is short of it is likely to be short of for a while. */
  private void retryLater(long mostMillis) {
    if (!retryScheduled && server.isActive()) {
      retryScheduled = true;
      long millis = Math.min(retryMillis, mostMillis);
      retryMillis = Math.min(millis * 2, mostMillis);
      server.eventLoop().schedule(() -> server.home().execute(this::retry), millis, TimeUnit.MILLISECONDS);
    }
  }

  private void retry() {
    retryScheduled = false;
    replaceBroken();
  }

  /** Arms first and closes after, for the name's sake; and once more if it was those that stood at the limit. */
  void replaceBroken() {
    armPending();
    if (!broken.isEmpty()) {
      broken.forEach(instance -> instance.pipe().close());
      broken.clear();
      armPending();
    }
  }

  /** An instance has its client, which is about to be handed over: another one takes its place first (law 3). */
  void taken(PipeInstance instance) {
    remove(instance);
    armPending();
  }

  /** All that wait have a client now, and another one would find the pipe busy. */
  void exhausted() {
    target.exhausted(server.eventLoop());
  }

  /** More wait than should, after a quiet time: they end their wait, unless a client is quicker. */
  private void retireSome() {
    int surplus = pending.size() - target.count();
    List<PipeInstance> waiting = new ArrayList<>(pending);
    for (int i = waiting.size() - 1; i >= 0 && surplus > 0; i--) {
      if (waiting.get(i).isInFlight() && waiting.get(i).isWanted()) {
        waiting.get(i).retire();
        surplus--;
      }
    }
  }

  /** An instance's wait was ended; says whether a client had come all the same, between that and now. */
  boolean keepsClient(PipeInstance instance) {
    if (hasClient(instance)) {
      return true;
    }
    discard(instance);
    armPending();
    return false;
  }

  private boolean hasClient(PipeInstance instance) {
    int client = instance.clientState();
    return client == PipeErrors.SUCCESS || client == PipeErrors.BROKEN_PIPE;
  }

  /**
   * An instance's wait was ended because the listener has changed its event loop: it goes on there, or another one does
   * in its place.
   *
   * @return whether it has a client, who came in between
   */
  boolean waitsNoMore(PipeInstance instance) {
    int error = PipeErrors.PIPE_BUSY;
    try {
      if (instance.canWaitWith(server.driver())) {
        error = instance.waitWith(server.driver());
      }
    } catch (RuntimeException | Error e) {
      error = PipeErrors.NO_SYSTEM_RESOURCES;
      server.acceptFailed(error, e);
    }
    if (error == PipeErrors.SUCCESS) {
      return false;
    }
    remove(instance);
    armPending();
    if (hasClient(instance)) {
      pending.add(instance);
      counters.pending(pending.size());
      return true;
    }
    broken.add(instance);
    replaceBroken();
    return false;
  }

  /** The listener leaves its event loop, and with it all that waits there. */
  void leaveLoop() {
    target.leaveLoop();
    retryScheduled = false;
    pending.forEach(PipeInstance::move);
  }

  /** Whether a wait has failed because its client came and left. */
  static boolean isClientGone(int error) {
    return error == PipeErrors.NO_DATA || PipeErrors.isEndOfStream(error);
  }

  /**
   * Whether a client that came and left has written before: to read that takes no connection, only an instance that has
   * not been disconnected (PeekNamedPipe). The system calls the end broken as soon as nothing is left to be read.
   */
  boolean hasLastWords(PipeInstance instance) {
    return instance.clientState() == PipeErrors.SUCCESS;
  }

  /** An instance's wait has failed. */
  void replace(PipeInstance instance, int error) {
    remove(instance);
    broken.add(instance);
    if (isClientGone(error)) {
      counters.clientsGone.increment();
      replaceBroken();
    } else {
      // Not at once: what is wrong with the system is likely to be wrong with the next instance too.
      retryLater(LAST_RETRY_MILLIS);
      server.acceptFailed(error, null);
    }
  }

  /** An instance was closed while it waited, with the event loop that it has waited on. */
  void replaceLost(PipeInstance instance) {
    discard(instance);
    armPending();
  }

  /** An instance's wait is over, and so is the listener's life. */
  void discard(PipeInstance instance) {
    remove(instance);
    instance.pipe().close();
  }

  /** A client's handle is closed, and its instance gone. Any thread. */
  void clientLeft() {
    departures.incrementAndGet();
    if (server.isActive() && lastArmError != PipeErrors.SUCCESS) {
      server.home().execute(this::armPending);
    }
  }

  void close() {
    target.close();
    for (PipeInstance instance : pending) {
      instance.pipe().cancel(instance);
      instance.pipe().close();
    }
    pending.clear();
    counters.pending(0);
    broken.forEach(instance -> instance.pipe().close());
    broken.clear();
  }
}
