// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.IoOperation;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeHandle;
import java.util.function.IntConsumer;

/**
 * A wait of the kernel for an instance of a busy pipe (FSCTL_PIPE_WAIT, on a handle of the directory of the pipes).
 * Goes by short times, since a system that cannot cancel it (Wine) keeps the handle until the time is over.
 *
 * <p>Event loop only, except for the orphan path.
 */
final class InstanceWait extends IoOperation {

  private static final int MILLIS = 500;

  private final String path;
  private final IntConsumer outcome;
  private boolean cancelled;

  /**
   * Prepares to wait.
   *
   * @param root the directory of the pipes, closed by {@link #cancel}
   * @param outcome is given the error code, 0 when there is, or was, an instance to be had
   */
  InstanceWait(PipeHandle root, String path, IntConsumer outcome) {
    super(root);
    this.path = path;
    this.outcome = outcome;
  }

  void begin() {
    int answer = handle().waitForInstance(this, path, MILLIS);
    if (answer != PipeErrors.IO_PENDING) {
      completeLater(answer, 0);
    }
  }

  @Override
  protected void completed(int error, int bytes) {
    if (cancelled) {
      handle().close();
    } else {
      outcome.accept(error);
    }
  }

  /** Nobody waits any more. The handle is closed with nothing in flight: wineserver 8 does not survive otherwise. */
  void cancel() {
    cancelled = true;
    if (isInFlight()) {
      handle().cancel(this);
    } else {
      handle().close();
    }
  }

  @Override
  protected void orphaned() {
    // The handle is all there is to release, and the orphan path closes it.
  }
}
