// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs the soak for so many minutes; {@code bin/soak} starts it. */
final class Soak {

  private static final double WARM_UP_MINUTES = 0.25;
  private static final int MOST_FAILURES_SHOWN = 5;

  /** What an actor does, over and over. */
  private interface Act {
    void once() throws Exception;
  }

  private final SoakActors actors;
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  private Soak(SoakActors actors) {
    this.actors = actors;
  }

  private List<Act> acts() {
    List<Act> acts = new ArrayList<>(List.of(actors::streamAndEnd, actors::streamAndEnd, actors::streamAndEnd,
        actors::request, actors::request, actors::writeInVain));
    if (isThere(Capability.C)) {
      acts.add(actors::kill);
      if (isThere(Capability.NODE)) {
        acts.add(actors::readSlowly);
      }
    }
    if (isThere(Capability.PYTHON)) {
      acts.add(actors::exchangeWithPython);
    }
    return acts;
  }

  private static boolean isThere(Capability capability) {
    boolean there = capability.isThere();
    if (!there) {
      System.out.println("without " + capability);
    }
    return there;
  }

  private void run(double minutes) throws InterruptedException {
    AtomicBoolean over = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    for (Act act : acts()) {
      Thread thread = new Thread(() -> {
        while (!over.get() && failures.isEmpty()) {
          try {
            act.once();
          } catch (Exception | AssertionError e) {
            failures.add(e);
          }
        }
      }, "soak-" + threads.size());
      threads.add(thread);
      thread.start();
    }
    long end = System.nanoTime() + (long) (minutes * TimeUnit.MINUTES.toNanos(1));
    for (Thread thread : threads) {
      TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, end - System.nanoTime()));
    }
    over.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    int unread = actors.unread();
    if (unread > 0) {
      failures.add(new AssertionError(unread + " streams were lost whole"));
    }
    long left = actors.left();
    if (left > 0) {
      failures.add(new AssertionError(left + " connections, or instances that wait, are left"));
    }
  }

  /** What runs in the JVM; the argument is the number of minutes. */
  public static void main(String[] args) throws Exception {
    // Its records of who touched a buffer are many times larger than what is measured here, so it looks at one buffer
    // of some hundred; what it reports is a leak like the others.
    LeakWatch.take();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
    Vertx vertx = Driver.current().build(Vertx.builder());
    // Each has a selector, and a selector has handles: one that is first used after the warm-up would look like a leak.
    for (EventExecutor eventLoop : ((VertxInternal) vertx).nettyEventLoopGroup()) {
      eventLoop.submit(() -> { }).sync();
    }
    Soak soak = new Soak(new SoakActors(vertx));
    System.out.println("warming up ...");
    soak.run(WARM_UP_MINUTES);
    Leaks leaks = Leaks.before();
    System.out.println("soaking for " + args[0] + " minutes ...");
    if (soak.failures.isEmpty()) {
      soak.run(Double.parseDouble(args[0]));
    }
    String leaked = "none";
    try {
      leaks.assertNone();
      LeakWatch.collect();
      assertEquals("", LeakWatch.take());
    } catch (AssertionError e) {
      leaked = e.getMessage();
      soak.failures.add(e);
    }
    if (soak.actors.acceptErrors() > 0) {
      soak.failures.add(new AssertionError(soak.actors.acceptErrors() + " errors of accepting"));
    }
    System.out.printf("%d operations, %d faults injected, %d bytes hashed, leaks: %s, failures: %d%n",
        soak.actors.operations.sum(), soak.actors.faults.sum(), soak.actors.bytesHashed.sum(), leaked,
        soak.failures.size());
    soak.failures.stream().limit(MOST_FAILURES_SHOWN).forEach(failure -> failure.printStackTrace(System.out));
    System.out.flush();
    Runtime.getRuntime().halt(soak.failures.isEmpty() ? 0 : 1);
  }
}
