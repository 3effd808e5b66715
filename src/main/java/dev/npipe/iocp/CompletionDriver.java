// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.concurrent.Executor;

/**
 * Brings completions from a port to event loops. Whether one port serves all loops, or each loop waits at its own, is
 * the driver's affair; the channels ask only for what is here.
 *
 * <p>A handle's association with a port is for life, and an accepted pipe learns its event loop only after the accept.
 * That is why accepting is the driver's: one with a port for each loop has to wait for the client without associating
 * the instance, so that {@link #attach} can still choose the port.
 */
public interface CompletionDriver {

  /**
   * The kernel this driver dequeues from.
   *
   * @return the kernel
   */
  PipeKernel kernel();

  /**
   * Takes ownership of a handle of the kernel.
   *
   * @param value the operating system's handle
   * @return the owned handle, not attached yet
   */
  PipeHandle own(long value);

  /**
   * Makes the completions of a handle arrive at an event loop: from the first attachment on, or, where the driver
   * serves several loops from one port, from another one than before. Called with no operation in flight, or by the old
   * loop.
   *
   * @param handle the handle
   * @param eventLoop where completions go
   * @return 0, or the error that kept the handle from being associated with the port
   */
  int attach(PipeHandle handle, Executor eventLoop);

  /**
   * Waits for a client on an instance; the completion arrives at the given event loop.
   *
   * @param instance the instance, attached to no other loop
   * @param operation completes when a client is there
   * @param eventLoop the server's event loop
   * @return 0, and the operation completes, with {@link PipeErrors#PIPE_CONNECTED} for a client that was there already;
   *     or the error that kept the instance from waiting, and no completion follows
   */
  int accept(PipeHandle instance, IoOperation operation, Executor eventLoop);
}
