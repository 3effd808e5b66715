// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.CompletionDriver;
import dev.npipe.iocp.LoopPorts;
import dev.npipe.iocp.PipeKernel;
import dev.npipe.iocp.SharedPoller;
import dev.npipe.iocp.Win32PipeKernel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What channels need of the world: a kernel, a driver for each event loop, and threads that may block.
 */
public final class PipeIo {

  private static final int OPENER_THREADS = 8;
  private static final int IDENTITY_THREADS = 4;
  private static final int CLIENT_THREADS = 20;
  private static final long OPENER_KEEP_ALIVE_SECONDS = 5;

  private final CompletionDriver driver;
  private final LoopPorts loopPorts;
  private final Executor opener;
  private final Executor remoteOpener;
  private final Executor identityThreads;
  private final Executor clientThreads;
  private final Executor blockingThreads;
  private final RecentNames recentNames = new RecentNames();

  PipeIo(CompletionDriver driver, LoopPorts loopPorts, Executor blocking) {
    this(driver, loopPorts, blocking, blocking, blocking, blocking, blocking);
  }

  PipeIo(CompletionDriver driver, LoopPorts loopPorts, Executor opener, Executor remoteOpener,
      Executor identityThreads, Executor clientThreads, Executor blockingThreads) {
    this.driver = driver;
    this.loopPorts = loopPorts;
    this.opener = opener;
    this.remoteOpener = remoteOpener;
    this.identityThreads = identityThreads;
    this.clientThreads = clientThreads;
    this.blockingThreads = blockingThreads;
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
    return new PipeIo(new SharedPoller(kernel, SelectorWaking::of), new LoopPorts(kernel), newOpener("npipe-opener"),
        newOpener("npipe-remote-opener"), ClientThreads.create("npipe-identity", IDENTITY_THREADS),
        ClientThreads.create("npipe-as-client", CLIENT_THREADS), newBlockingThreads());
  }

  /** As many as there are handles whose calls block. */
  private static Executor newBlockingThreads() {
    return new ThreadPoolExecutor(0, Integer.MAX_VALUE, OPENER_KEEP_ALIVE_SECONDS, TimeUnit.SECONDS,
        new SynchronousQueue<>(), new DefaultThreadFactory("npipe-blocking", true));
  }

  private static Executor newOpener(String name) {
    ThreadPoolExecutor opener = new ThreadPoolExecutor(OPENER_THREADS, OPENER_THREADS, OPENER_KEEP_ALIVE_SECONDS,
        TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new DefaultThreadFactory(name, true));
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

  /** Runs what may block. */
  Executor opener() {
    return opener;
  }

  /**
   * Runs what may block: an open goes over the network when the pipe is another machine's, and pipes of this one must
   * not wait until that gives up.
   */
  Executor opener(NamedPipeAddress address) {
    return address.isLocal() ? opener : remoteOpener;
  }

  /** Finds out who peers are, which may mean to ask a domain controller. */
  Executor identityThreads() {
    return identityThreads;
  }

  /** Runs code in the name of clients, for as long as it likes. */
  Executor clientThreads() {
    return clientThreads;
  }

  /** Performs the reads and writes of adopted handles whose calls block. */
  Executor blockingThreads() {
    return blockingThreads;
  }
}
