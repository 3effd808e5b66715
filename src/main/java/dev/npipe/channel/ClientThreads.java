// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.ClientImpersonation;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Threads that may act as a client for a while. One that cannot stop acting so ends, and another takes its place: the
 * executor loses a thread whose task throws.
 */
final class ClientThreads {

  private static final InternalLogger LOGGER = InternalLoggerFactory.getInstance(ClientThreads.class);
  private static final long KEEP_ALIVE_SECONDS = 5;

  private ClientThreads() {
  }

  static Executor create(String name, int count) {
    ThreadFactory factory = new DefaultThreadFactory(name, true);
    ThreadPoolExecutor threads = new ThreadPoolExecutor(count, count, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(), task -> {
          Thread thread = factory.newThread(task);
          thread.setUncaughtExceptionHandler(ClientThreads::ended);
          return thread;
        });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  private static void ended(Thread thread, Throwable cause) {
    if (!(cause instanceof ClientImpersonation.NotReverted)) {
      LOGGER.error("{} has ended", thread.getName(), cause);
    }
    // The other is told by whoever is no longer on this thread: its log would be written in the client's name.
  }
}
