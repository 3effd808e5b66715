// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads that may block, of a kind for each thing that one may wait for, so that none waits for what it is not about.
 *
 * @param opener opens what is on this machine
 * @param remoteOpener opens what is on another one: that goes over the network, and pipes of this machine must not wait
 *     until it gives up
 * @param identity finds out who peers are, which may mean to ask a domain controller
 * @param clients runs code in the name of clients, for as long as it likes
 * @param blocking performs the reads and writes of adopted handles whose calls block, and closes what is on another
 *     machine; as many as there are such calls, since none of them may wait for another
 * @param flushers waits for peers to have read everything, where the system cannot do so without a thread
 */
record PipeThreads(Executor opener, Executor remoteOpener, Executor identity, Executor clients, Executor blocking,
    Executor flushers) {

  private static final int OPENERS = 8;
  private static final int FLUSHERS = 4;
  private static final int IDENTITY_THREADS = 4;
  private static final int CLIENT_THREADS = 20;
  private static final long KEEP_ALIVE_SECONDS = 5;

  /** Those of a process. None is started before it is needed, and none stays that is not. */
  static PipeThreads create() {
    return new PipeThreads(atMost(OPENERS, "npipe-opener"), atMost(OPENERS, "npipe-remote-opener"),
        ClientThreads.create("npipe-identity", IDENTITY_THREADS),
        ClientThreads.create("npipe-as-client", CLIENT_THREADS), asManyAsHandles("npipe-blocking"),
        atMost(FLUSHERS, "npipe-flusher"));
  }

  /** The same threads for everything. */
  static PipeThreads all(Executor threads) {
    return new PipeThreads(threads, threads, threads, threads, threads, threads);
  }

  private static Executor asManyAsHandles(String name) {
    return new ThreadPoolExecutor(0, Integer.MAX_VALUE, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS,
        new SynchronousQueue<>(), new DefaultThreadFactory(name, true));
  }

  private static Executor atMost(int count, String name) {
    ThreadPoolExecutor threads = new ThreadPoolExecutor(count, count, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(), new DefaultThreadFactory(name, true));
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** Opens what is there. */
  Executor opener(NamedPipeAddress address) {
    return address.isLocal() ? opener : remoteOpener;
  }

  /** Closes what was open. Here and now, unless that may block; and always once, be it slowly. */
  Executor closer(NamedPipeAddress address) {
    return address.isLocal() ? Runnable::run : this::closeRemote;
  }

  private void closeRemote(Runnable close) {
    try {
      blocking.execute(close);
    } catch (RuntimeException | Error noThread) {
      close.run();
    }
  }
}
