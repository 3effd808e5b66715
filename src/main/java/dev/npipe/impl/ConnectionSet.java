// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.UnsentBytesException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The open sockets of a server or a client, for the day they are all shut down. Any thread.
 */
final class ConnectionSet {

  // Guarded by this.
  private final Set<NamedPipeSocketImpl> sockets = new HashSet<>();
  private boolean closing;

  /** Adds a socket; says no when it came too late. */
  synchronized boolean add(NamedPipeSocketImpl socket) {
    if (closing) {
      return false;
    }
    sockets.add(socket);
    return true;
  }

  synchronized void remove(NamedPipeSocketImpl socket) {
    sockets.remove(socket);
  }

  /** Shuts all sockets down; there will be no new ones. Every socket keeps to the time by itself. */
  Future<Void> shutdown(Duration timeout) {
    List<NamedPipeSocketImpl> open;
    synchronized (this) {
      closing = true;
      open = new ArrayList<>(sockets);
    }
    List<Future<Void>> closed = new ArrayList<>(open.size());
    for (NamedPipeSocketImpl socket : open) {
      closed.add(socket.shutdown(timeout));
    }
    return Future.join(closed).transform(all -> outcome(closed));
  }

  private static Future<Void> outcome(List<Future<Void>> closed) {
    long bytes = 0;
    int connections = 0;
    for (Future<Void> each : closed) {
      if (each.cause() instanceof UnsentBytesException) {
        bytes += ((UnsentBytesException) each.cause()).bytes();
        connections++;
      }
    }
    return connections == 0
        ? Future.succeededFuture()
        : Future.failedFuture(new UnsentBytesException(bytes, connections));
  }
}
