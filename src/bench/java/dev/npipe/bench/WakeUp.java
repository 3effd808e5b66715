// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/**
 * What it costs to wake an event loop that waits: two loops hand a task to and fro. {@code nio} loops wait in their
 * selector, {@code parked} ones without one.
 */
public final class WakeUp {

  private static final int WARMUP = 5_000;
  private static final int HOPS = 20_000;

  private final long[] nanos = new long[HOPS];
  private final CountDownLatch done = new CountDownLatch(1);
  private int hops;
  private long last;

  private WakeUp() {
  }

  /**
   * Measures.
   *
   * @param args {@code nio} or {@code parked}
   * @throws InterruptedException never
   */
  public static void main(String[] args) throws InterruptedException {
    boolean nio = args[0].equals("nio");
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2,
        nio ? NioIoHandler.newFactory() : LocalIoHandler.newFactory());
    WakeUp wakeUp = new WakeUp();
    wakeUp.last = System.nanoTime();
    wakeUp.hop(loops.next(), loops.next());
    wakeUp.done.await();
    Arrays.sort(wakeUp.nanos);
    System.out.printf(Locale.ROOT, "%s p50_us=%.1f p90_us=%.1f p99_us=%.1f%n", args[0], wakeUp.percentile(50),
        wakeUp.percentile(90), wakeUp.percentile(99));
    System.exit(0);
  }

  /** The hand-over orders the two loops' accesses. */
  private void hop(EventLoop here, EventLoop there) {
    here.execute(() -> {
      long now = System.nanoTime();
      if (hops >= WARMUP) {
        nanos[hops - WARMUP] = now - last;
      }
      last = now;
      if (++hops == WARMUP + HOPS) {
        done.countDown();
      } else {
        hop(there, here);
      }
    });
  }

  private double percentile(int percent) {
    return nanos[nanos.length * percent / 100] / 1e3;
  }
}
