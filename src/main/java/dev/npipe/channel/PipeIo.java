// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.CompletionDriver;
import dev.npipe.iocp.LoopPorts;
import dev.npipe.iocp.PipeKernel;
import dev.npipe.iocp.SharedPoller;
import dev.npipe.iocp.Win32PipeKernel;

/**
 * What channels need of the world: a kernel, a driver for each event loop, and threads that may block.
 */
public final class PipeIo {

  private final CompletionDriver driver;
  private final LoopPorts loopPorts;
  private final PipeThreads threads;
  private final RecentNames recentNames = new RecentNames();

  PipeIo(CompletionDriver driver, LoopPorts loopPorts, PipeThreads threads) {
    this.driver = driver;
    this.loopPorts = loopPorts;
    this.threads = threads;
  }

  /** The one of this process, started when it is first asked for. */
  private static final class Shared {
    private static final PipeIo INSTANCE = create(new Win32PipeKernel());
  }

  static PipeIo shared() {
    ensureAvailable();
    return Shared.INSTANCE;
  }

  private static PipeIo create(PipeKernel kernel) {
    return new PipeIo(new SharedPoller(kernel, SelectorWaking::of), new LoopPorts(kernel), PipeThreads.create());
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

  /** The driver that brings completions to event loops which know nothing of completion ports. */
  CompletionDriver driver() {
    return driver;
  }

  /** The ports of those which do. */
  LoopPorts loopPorts() {
    return loopPorts;
  }

  PipeKernel kernel() {
    return driver.kernel();
  }

  /** The names that were listened on until just now. */
  RecentNames recentNames() {
    return recentNames;
  }

  /** The threads that may block. */
  PipeThreads threads() {
    return threads;
  }
}
