// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Lets clients in whom a verifier has approved. While it decides, nothing is read from the client. Whoever is not
 * approved, because the verifier says no, fails, or gives no answer in time, is closed and counted.
 *
 * <p>That a client has left meanwhile makes no difference: if it is approved it is let in, what it wrote can be read,
 * and then its end.
 */
public final class PeerVerification {

  private final Function<PeerIdentity, CompletionStage<Boolean>> verifier;
  private final Duration timeout;
  private final AtomicLong refused;

  // Changed on the event loop, except that any thread may look.
  private final Set<Candidate> candidates = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Creates a verification.
   *
   * @param verifier is given the identity of each client, on the event loop of the listening channel; may answer on any
   *     thread
   * @param timeout how long it may take, with finding out who the client is
   * @param refused is incremented for each client that is not let in
   */
  public PeerVerification(Function<PeerIdentity, CompletionStage<Boolean>> verifier, Duration timeout,
      AtomicLong refused) {
    this.verifier = verifier;
    this.timeout = timeout;
    this.refused = refused;
  }

  /**
   * Verifies a client. Event loop of the listening channel.
   *
   * @param client has been accepted, and not been registered
   * @param approved is given the client, on that event loop, if it may come in
   * @param complaint is given what went wrong, on that event loop, if the verifier could not say yes or no
   */
  public void verify(NamedPipeChannel client, Consumer<NamedPipeChannel> approved, Consumer<Throwable> complaint) {
    Candidate candidate = new Candidate(client, approved, complaint);
    candidates.add(candidate);
    if (closed) {
      candidate.abandon();
    } else {
      candidate.begin();
    }
  }

  /** Closes the clients that wait for an answer. Any thread. */
  public void close() {
    closed = true;
    for (Candidate candidate : candidates) {
      candidate.onLoop(candidate::abandon);
    }
  }

  /** One client. Event loop of the listening channel only, but for what hands over to it. */
  private final class Candidate {

    private final NamedPipeChannel client;
    private final EventLoop loop;
    private final Consumer<NamedPipeChannel> approved;
    private final Consumer<Throwable> complaint;
    private ScheduledFuture<?> timer;
    private boolean decided;

    Candidate(NamedPipeChannel client, Consumer<NamedPipeChannel> approved, Consumer<Throwable> complaint) {
      this.client = client;
      this.loop = client.parent().eventLoop();
      this.approved = approved;
      this.complaint = complaint;
    }

    void begin() {
      timer = loop.schedule(() -> refuse("no answer within " + timeout.toMillis() + " ms", null), timeout.toMillis(),
          TimeUnit.MILLISECONDS);
      client.peer().addListener(found -> {
        if (found.isSuccess()) {
          ask((PeerIdentity) found.getNow());
        } else {
          refuse("it could not be found out who that is", found.cause());
        }
      });
    }

    private void ask(PeerIdentity peer) {
      if (decided) {
        return;
      }
      CompletionStage<Boolean> answer;
      try {
        answer = verifier.apply(peer);
      } catch (RuntimeException | Error e) {
        refuse("the verifier threw", e);
        return;
      }
      if (answer == null) {
        refuse("the verifier returned null", null);
      } else {
        answer.whenComplete((yes, failure) -> onLoop(() -> answered(yes, failure)));
      }
    }

    private void answered(Boolean yes, Throwable failure) {
      if (failure != null) {
        refuse("the verifier failed", failure);
      } else if (yes == null) {
        refuse("the verifier answered null", null);
      } else if (yes) {
        if (decide()) {
          approved.accept(client);
        }
      } else if (decide()) {
        turnAway();
      }
    }

    /** The first decision counts. */
    private boolean decide() {
      if (decided) {
        return false;
      }
      decided = true;
      candidates.remove(this);
      if (timer != null) {
        timer.cancel(false);
      }
      return true;
    }

    private void refuse(String why, Throwable cause) {
      if (decide()) {
        turnAway();
        complaint.accept(new PeerRefusedException(client.remoteAddress(), why, cause));
      }
    }

    private void turnAway() {
      refused.incrementAndGet();
      client.endedBy(CloseReason.REFUSED);
      ((Channel) client).unsafe().closeForcibly();
    }

    /** Nobody is let in any more. */
    void abandon() {
      if (decide()) {
        ((Channel) client).unsafe().closeForcibly();
      }
    }

    void onLoop(Runnable task) {
      if (loop.inEventLoop()) {
        task.run();
        return;
      }
      try {
        loop.execute(task);
      } catch (RejectedExecutionException terminated) {
        // The listener has ended with its loop; nobody else has the client.
        ((Channel) client).unsafe().closeForcibly();
      }
    }
  }
}
