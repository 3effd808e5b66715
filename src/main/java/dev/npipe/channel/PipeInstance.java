// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.IoOperation;
import dev.npipe.iocp.PipeHandle;

/**
 * An instance of a listening pipe that waits for its client. Serves one client, and is never used again: what was left
 * of a client on a recycled instance has reached the next one elsewhere (mio #1983).
 */
final class PipeInstance extends IoOperation {

  private final NamedPipeServerChannel server;

  // Event loop only.
  private boolean retired;

  PipeInstance(NamedPipeServerChannel server, PipeHandle handle) {
    super(handle);
    this.server = server;
  }

  PipeHandle pipe() {
    return handle();
  }

  /** It should wait no longer; a client that was quicker is served nevertheless. */
  void retire() {
    retired = true;
    handle().cancel(this);
  }

  boolean isRetired() {
    return retired;
  }

  @Override
  protected void completed(int error, int bytes) {
    server.accepted(this, error);
  }

  @Override
  protected void orphaned() {
    // The handle is all there is to release, and the orphan path closes it.
  }
}
