// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.CompletionDriver;
import dev.npipe.iocp.IoOperation;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeHandle;

/**
 * An instance of a listening pipe that waits for its client. Serves one client, and is never used again: what was left
 * of a client on a recycled instance has reached the next one elsewhere (mio #1983).
 */
final class PipeInstance extends IoOperation {

  /** Why its wait is to end before there is a client. */
  private enum Wait { WANTED, SURPLUS, MOVING }

  private final NamedPipeServerChannel server;

  // Event loop only.
  private CompletionDriver driver;
  private Wait wait = Wait.WANTED;
  private long clientSince;

  PipeInstance(NamedPipeServerChannel server, PipeHandle handle) {
    super(handle);
    this.server = server;
  }

  PipeHandle pipe() {
    return handle();
  }

  /** Begins to wait; see {@link CompletionDriver#accept}. */
  int waitWith(CompletionDriver newDriver) {
    driver = newDriver;
    wait = Wait.WANTED;
    return newDriver.accept(handle(), this, server.eventLoop());
  }

  /** Whether it can wait with another driver: not when it belongs to the port of the one before, which is for life. */
  boolean canWaitWith(CompletionDriver newDriver) {
    return handle().isOpen() && (driver == newDriver || !handle().isAttached());
  }

  /** It should wait no longer; a client that was quicker is served nevertheless. */
  void retire() {
    endWait(Wait.SURPLUS);
  }

  /** It should wait on another event loop. */
  void move() {
    endWait(Wait.MOVING);
  }

  private void endWait(Wait reason) {
    if (isInFlight() && wait == Wait.WANTED) {
      wait = reason;
      handle().cancel(this);
    }
  }

  /** {@link PipeErrors#SUCCESS} for a client that is there, or the error that says what else there is. */
  int clientState() {
    if (!handle().acquire()) {
      return PipeErrors.PIPE_NOT_CONNECTED;
    }
    try {
      return driver.kernel().clientState(handle().value());
    } finally {
      handle().release();
    }
  }

  /** It has a client, at this time of the system's. */
  void hasClient(long systemTime) {
    clientSince = systemTime;
  }

  /** Since when it has had its client, who may have waited since then for there to be room. */
  long clientSince() {
    return clientSince;
  }

  boolean isWanted() {
    return wait == Wait.WANTED;
  }

  boolean isMoving() {
    return wait == Wait.MOVING;
  }

  @Override
  protected void completed(int error, int bytes) {
    if (server.home().isHere()) {
      server.accepted(this, error);
    } else {
      server.home().execute(() -> server.accepted(this, error));
    }
  }

  @Override
  protected void orphaned() {
    // All there is to release; before the listener hears of it, who may be on another loop.
    handle().close();
    server.home().execute(() -> server.accepted(this, PipeErrors.OPERATION_ABORTED));
  }
}
