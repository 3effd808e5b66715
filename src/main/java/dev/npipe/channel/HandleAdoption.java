// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.AdoptionKernel;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeHandle;
import dev.npipe.iocp.PipeKernel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;

/**
 * Makes channels of handles that somebody else has opened: another library, or the process that started this one.
 */
public final class HandleAdoption {

  private final PipeIo io;

  HandleAdoption(PipeIo io) {
    this.io = io;
  }

  /**
   * Of this operating system.
   *
   * @return the adoption
   * @throws UnsupportedOperationException where there are no named pipes
   */
  public static HandleAdoption system() {
    return new HandleAdoption(PipeIo.shared());
  }

  /**
   * Looks at a handle, and makes a channel of it, to be registered. The channel owns the handle from then on. That of a
   * standard stream is closed in the JVM, and the channel has another one to the same pipe.
   *
   * @param handle the handle of an end of a pipe, named or anonymous, that no completion port knows
   * @param executor where the future is completed
   * @return a future completed with the channel; it fails with a {@link NamedPipeException}, and leaves the handle to
   *     the caller, when it is not that of a pipe
   */
  public Future<NamedPipeChannel> adopt(long handle, EventExecutor executor) {
    return adopt(handle, false, executor);
  }

  /**
   * As {@link #adopt(long, EventExecutor)}, for messages if wanted. An end that reads messages already is one for
   * messages in any case.
   *
   * @param handle the handle
   * @param messages whether to switch an end that reads bytes to messages
   * @param executor where the future is completed
   * @return a future completed with the channel; it fails also when the pipe was created in byte mode
   */
  public Future<NamedPipeChannel> adopt(long handle, boolean messages, EventExecutor executor) {
    Promise<NamedPipeChannel> adopted = executor.newPromise();
    // Not on an opener, for which others wait: while somebody else is in a call on the handle the system lets none in.
    io.threads().blocking().execute(() -> {
      try {
        AdoptionKernel.Facts facts = io.kernel().adoption().examine(handle);
        if (facts.error() != PipeErrors.SUCCESS) {
          throw NamedPipeException.of("adopt", address(handle, null), facts.error());
        }
        if (adopted.setUncancellable()) {
          adopted.trySuccess(channel(handle, facts, messages));
        }
      } catch (Throwable e) { // whoever asked is told, whatever it is
        adopted.tryFailure(e);
      }
    });
    return adopted;
  }

  private NamedPipeChannel channel(long handle, AdoptionKernel.Facts facts, boolean messages)
      throws NamedPipeException {
    NamedPipeAddress address = address(handle, facts.path());
    if (messages && !facts.readsMessages()) {
      // This lets it wait, too.
      int error = io.kernel().readMessages(handle);
      if (error != PipeErrors.SUCCESS) {
        throw NamedPipeException.messageMode(address, error);
      }
    } else {
      int error = io.kernel().adoption().switchToWaiting(handle);
      if (error != PipeErrors.SUCCESS) {
        throw NamedPipeException.waitingMode(address, error);
      }
    }
    long own = io.kernel().adoption().takeOver(handle);
    if (own <= 0) {
      throw NamedPipeException.of("adopt", address, (int) -own);
    }
    try {
      return channel(own, facts, messages, address);
    } catch (RuntimeException | Error e) {
      if (own != handle) {
        // Nobody else knows of it.
        io.kernel().close(own);
      }
      throw e;
    }
  }

  private NamedPipeChannel channel(long own, AdoptionKernel.Facts facts, boolean messages, NamedPipeAddress address) {
    PipeHandle opened = io.driver().own(own);
    if (messages || facts.readsMessages()) {
      opened.readsMessages();
    }
    opened.closesOn(io.threads().closer(address));
    if (facts.synchronous()) {
      opened.blocks(io.threads().blocking());
    }
    return new NamedPipeChannel(io, opened, address, facts.serverEnd(), (facts.access() & PipeKernel.ACCESS_READ) != 0);
  }

  private static NamedPipeAddress address(long handle, String path) {
    try {
      if (path != null) {
        return NamedPipeAddress.of(path);
      }
    } catch (IllegalArgumentException unusual) {
      // As good as none.
      return address(handle, null);
    }
    return NamedPipeAddress.of("handle-0x" + Long.toHexString(handle));
  }

  /**
   * The handle of a standard stream of this process.
   *
   * @param stream 0 for input, 1 for output, 2 for errors
   * @return the handle
   * @throws IllegalStateException when there is none
   */
  public long standardHandle(int stream) {
    long handle = io.kernel().adoption().standardHandle(stream);
    if (handle <= 0) {
      throw new IllegalStateException("This process has no such standard stream");
    }
    return handle;
  }
}
