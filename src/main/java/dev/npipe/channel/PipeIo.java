// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.CompletionDriver;
import dev.npipe.iocp.PipeKernel;
import dev.npipe.iocp.SharedPoller;
import dev.npipe.iocp.Win32PipeKernel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What channels need of the world: a kernel, a driver for each event loop, and threads that may block.
 */
public final class PipeIo {

  private static final int OPENER_THREADS = 8;
  private static final long OPENER_KEEP_ALIVE_SECONDS = 5;

  private final CompletionDriver driver;
  private final Executor opener;

  PipeIo(CompletionDriver driver, Executor opener) {
    this.driver = driver;
    this.opener = opener;
  }

  /** The one of this process, started when it is first asked for. */
  private static final class Shared {
    private static final PipeIo INSTANCE = new PipeIo(new SharedPoller(new Win32PipeKernel()), newOpener());
  }

  static PipeIo shared() {
    ensureAvailable();
    return Shared.INSTANCE;
  }

  private static Executor newOpener() {
    ThreadPoolExecutor opener = new ThreadPoolExecutor(OPENER_THREADS, OPENER_THREADS, OPENER_KEEP_ALIVE_SECONDS,
        TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new DefaultThreadFactory("npipe-opener", true));
    opener.allowCoreThreadTimeOut(true);
    return opener;
  }

  /**
   * Whether this operating system and JVM have named pipes.
   *
   * @return true on 64-bit Windows
   */
  public static boolean isAvailable() {
    return Win32PipeKernel.isAvailable();
  }

  /**
   * Throws where there are no named pipes.
   *
   * @throws UnsupportedOperationException saying why, and what to do
   */
  public static void ensureAvailable() {
    Win32PipeKernel.ensureAvailable();
  }

  /**
   * Why there are no named pipes here.
   *
   * @return the reason, null where there are
   */
  public static Throwable unavailabilityCause() {
    return Win32PipeKernel.unavailabilityCause();
  }

  /** The driver that brings completions to an event loop; today one serves them all. */
  CompletionDriver driverOf(EventLoop eventLoop) {
    return driver;
  }

  /** The driver that owns handles which have no event loop yet. */
  CompletionDriver driver() {
    return driver;
  }

  PipeKernel kernel() {
    return driver.kernel();
  }

  /** Runs what may block: opening a pipe goes over the network when the pipe is remote. */
  Executor opener() {
    return opener;
  }
}
