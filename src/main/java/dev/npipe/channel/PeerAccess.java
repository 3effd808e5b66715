// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.ClientImpersonation;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeHandle;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;

/**
 * What a channel can do with whom it is connected to: find out who it is, once, and act in its name. Any thread.
 */
final class PeerAccess {

  /** When a connection was made that somebody else has made: no process is known to have been there before. */
  static final long LONG_AGO = -1;

  private static final InternalLogger LOGGER = InternalLoggerFactory.getInstance(PeerAccess.class);

  private final NamedPipeChannel channel;
  private final PipeIo io;

  private final PipeHandle pipe;
  private final long processId;
  private final long connectedAt;

  // Guarded by this.
  private Promise<PeerIdentity> identity;

  /**
   * What is known at once: asked when the connection is there, as a process may end at any time.
   *
   * @param local whether the pipe is one of this machine
   * @param connectedAt the system's time when the connection became known, or {@link #LONG_AGO}
   */
  PeerAccess(NamedPipeChannel channel, PipeIo io, PipeHandle pipe, boolean local, long connectedAt) {
    this.channel = channel;
    this.io = io;
    this.pipe = pipe;
    // Another machine's server would be asked over the network, and its ids say nothing here.
    this.processId = local ? Math.max(-1, io.kernel().peerProcessId(pipe.value(), isServerEnd())) : -1;
    this.connectedAt = connectedAt;
  }

  private boolean isServerEnd() {
    return channel.isServerEnd();
  }

  /** The peer's process, -1 where it is not known. */
  long processId() {
    return processId;
  }

  /** The handle of this end, -1 when it is closed. */
  long handle() {
    return pipe.isOpen() ? pipe.value() : -1;
  }

  synchronized Future<PeerIdentity> identity() {
    if (identity == null) {
      NamedPipeAddress address = channel.remoteAddress();
      PeerQuery query = new PeerQuery(io.kernel(), pipe, isServerEnd(), address.isLocal() ? null : address.server(),
          connectedAt);
      EventExecutor executor = executor();
      identity = executor.newPromise();
      // Where the question waits for a call that blocks, others must not wait for it.
      submit(pipe.isBlocking() ? io.threads().blocking() : io.threads().identity(), executor, identity, query::ask);
    }
    return identity;
  }

  /** A client that was accepted has no event loop of its own at first. */
  private EventExecutor executor() {
    return channel.isRegistered() || channel.parent() == null ? channel.eventLoop() : channel.parent().eventLoop();
  }

  <T> Future<T> runAsClient(Callable<T> code) {
    Objects.requireNonNull(code, "code");
    if (!isServerEnd()) {
      throw new IllegalStateException("Only a server can act in the name of its client, and this is the client's end"
          + " of " + channel.remoteAddress());
    }
    EventExecutor executor = executor();
    Promise<T> result = executor.newPromise();
    submit(io.threads().clients(), executor, result, () -> actAsClient(code));
    return result;
  }

  private <T> T actAsClient(Callable<T> code) throws Exception {
    AsClient<T> client = new AsClient<>(io.kernel().identity(), code);
    int error = new ClientImpersonation(io.kernel().identity()).run(pipe, client);
    error = error != PipeErrors.SUCCESS ? error : client.refusal();
    if (error != PipeErrors.SUCCESS) {
      throw NamedPipeException.of("runAsClient", channel.remoteAddress(), error);
    }
    return client.result();
  }

  private static <T> void submit(Executor threads, EventExecutor executor, Promise<T> promise, Callable<T> task) {
    try {
      threads.execute(() -> run(executor, promise, task));
    } catch (RuntimeException | Error e) {
      // No thread to be had.
      promise.tryFailure(e);
    }
  }

  private static <T> void run(EventExecutor executor, Promise<T> promise, Callable<T> task) {
    try {
      promise.trySuccess(task.call());
    } catch (ClientImpersonation.NotReverted e) {
      promise.tryFailure(e);
      executor.execute(() -> LOGGER.error(e.getMessage()));
      throw e;
    } catch (Throwable e) { // whoever asked is told, whatever it is
      promise.tryFailure(e);
    }
  }
}
