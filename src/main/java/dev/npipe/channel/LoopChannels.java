// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The pipes on an event loop that knows nothing of pipes: has them closed when the loop shuts down. Event loop only.
 */
final class LoopChannels {

  // Each entry is written by its own event loop.
  private static final Map<SingleThreadEventExecutor, LoopChannels> LOOPS = new ConcurrentHashMap<>();

  private final SingleThreadEventExecutor eventLoop;
  private final Runnable hook = this::closeAll;
  private final Set<Runnable> closes = new LinkedHashSet<>();

  private LoopChannels(SingleThreadEventExecutor eventLoop) {
    this.eventLoop = eventLoop;
    eventLoop.addShutdownHook(hook);
  }

  static LoopChannels of(SingleThreadEventExecutor eventLoop) {
    return LOOPS.computeIfAbsent(eventLoop, LoopChannels::new);
  }

  void add(Runnable close) {
    closes.add(close);
  }

  void remove(Runnable close) {
    closes.remove(close);
    if (closes.isEmpty()) {
      LOOPS.remove(eventLoop, this);
      eventLoop.removeShutdownHook(hook);
    }
  }

  void closeAll() {
    new ArrayList<>(closes).forEach(Runnable::run);
  }
}
