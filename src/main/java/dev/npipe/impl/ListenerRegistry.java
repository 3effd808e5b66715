// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.NamedPipeServerOptions;
import dev.npipe.channel.NamedPipeAddress;
import io.vertx.core.Future;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.Shareable;
import java.util.HashMap;
import java.util.Map;

/**
 * The listening channels of one Vert.x instance, each shared by the servers that listen on its name. Any thread.
 */
final class ListenerRegistry implements Shareable {

  private static final String KEY = "dev.npipe.listeners";

  private final VertxInternal vertx;

  // Guarded by this. Two addresses that differ in case only are one key.
  private final Map<NamedPipeAddress, SharedListener> listeners = new HashMap<>();

  private ListenerRegistry(VertxInternal vertx) {
    this.vertx = vertx;
  }

  static ListenerRegistry of(VertxInternal vertx) {
    return vertx.sharedData().<String, ListenerRegistry>getLocalMap(KEY)
        .computeIfAbsent(KEY, key -> new ListenerRegistry(vertx));
  }

  /** Joins those who listen on the name, or begins to listen. */
  Future<SharedListener> join(ListeningServer member, PipeChannels channels, NamedPipeServerOptions options) {
    NamedPipeAddress address = member.address();
    SharedListener listener;
    boolean first = false;
    synchronized (this) {
      listener = listeners.get(address);
      if (listener != null && listener.isClosed()) {
        // Whoever is to forget it waits for this lock.
        forget(listener);
        listener = null;
      }
      if (listener == null) {
        first = true;
        listener = new SharedListener(vertx, address);
        listeners.put(address, listener);
      } else if (listener.isClosing()) {
        // The name is taken until the channel that is closing is closed.
        return listener.closed().compose(free -> join(member, channels, options));
      }
      listener.add(member);
    }
    SharedListener joined = listener;
    if (first) {
      // First of all that wait for it, so that those who come after find the name free.
      joined.closed().onComplete(done -> forget(joined));
      joined.open(channels, options);
    }
    return joined.bound().map(joined);
  }

  /** Leaves the others listening; the last one closes the channel. */
  Future<Void> leave(ListeningServer member, SharedListener listener) {
    synchronized (this) {
      if (!listener.remove(member)) {
        return Future.succeededFuture();
      }
      listener.close();
    }
    return listener.closed();
  }

  private synchronized void forget(SharedListener listener) {
    listeners.remove(listener.address(), listener);
  }
}
