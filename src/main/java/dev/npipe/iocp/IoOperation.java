// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

/**
 * One direction's overlapped operation: it is submitted, completed, and submitted again, for as long as its pipe lives.
 *
 * <p>From submission until its completion packet was dequeued it belongs to the kernel, together with the memory it was
 * given; the subclass keeps that memory until {@link #completed} or {@link #orphaned} is called, exactly one of which
 * follows each submission that answered {@link PipeErrors#IO_PENDING}.
 */
public abstract class IoOperation {

  // Set once, before the first submission.
  private final PipeHandle handle;
  private final OverlappedBlocks.Block block;

  // Accessed by the event loop that submits, except for the orphan path, which follows its end.
  private boolean inFlight;
  private boolean atOnce;

  // Written by the thread that dequeues, read by the event loop; the hand-over orders the two.
  private int error;
  private int bytes;
  IoOperation next;

  // Event loop only.
  private LoopMailbox batch;
  IoOperation nextPostponed;

  /**
   * Creates the operation of a pipe; it takes part in the pipe's life from here on.
   *
   * @param handle the pipe
   */
  protected IoOperation(PipeHandle handle) {
    this.handle = handle;
    this.block = handle.adopt(this);
  }

  /**
   * The operation has completed. Called on the event loop.
   *
   * @param error the Win32 error code, 0 for success
   * @param bytes how many bytes were transferred
   */
  protected abstract void completed(int error, int bytes);

  /**
   * The operation has completed after its event loop had terminated: release what it was given, touch nothing else.
   * Called on the thread that dequeued it.
   */
  protected abstract void orphaned();

  /**
   * The batch of completions in which {@link #postpone} was called is done with. Called on the event loop; the
   * operation may have lost its interest since.
   */
  protected void resumed() {
    throw new UnsupportedOperationException("Never postponed");
  }

  /**
   * Lets the operation be resumed when all other completions of the batch at hand have been. What one pipe submits then
   * is often complete at once, since its peer had the time in which the others were served. To be called in
   * {@link #completed} or {@link #resumed}, once.
   *
   * @return false if the operation should rather go on at once, and there is no {@link #resumed} to come
   */
  protected final boolean postpone() {
    LoopMailbox at = batch;
    if (at == null || at != mailbox()) {
      return false;
    }
    return at.postpone(this);
  }

  /**
   * Whether the operation was submitted and {@link #completed} has not been called yet.
   *
   * @return true from submission to completion
   */
  public final boolean isInFlight() {
    return inFlight;
  }

  /**
   * How many bytes an immediate success transferred.
   *
   * @return the count
   */
  public final int bytes() {
    return bytes;
  }

  /**
   * Whether the kernel has answered the last submission with success there and then, also where a packet says so again.
   *
   * @return false for one that had to wait
   */
  protected final boolean succeededAtOnce() {
    return atOnce;
  }

  /**
   * The pipe this operation is on.
   *
   * @return the handle
   */
  protected final PipeHandle handle() {
    return handle;
  }

  /**
   * Lets a result that is known already take the way of all results, through {@link #completed}. Event loop only.
   *
   * @param knownError the Win32 error code, 0 for success
   * @param knownBytes how many bytes were transferred
   */
  public final void completeLater(int knownError, int knownBytes) {
    begin(knownError, knownBytes);
    mailbox().deliver(this);
  }

  /**
   * As {@link #completeLater}, for one of many in a row: from time to time the event loop sees to its selector and its
   * timers first. Who uses this cancels the operation when its channel closes.
   *
   * @param knownError the Win32 error code, 0 for success
   * @param knownBytes how many bytes were transferred
   */
  protected final void completeInTurn(int knownError, int knownBytes) {
    begin(knownError, knownBytes);
    mailbox().deliverKnown(this);
  }

  private void begin(int knownError, int knownBytes) {
    handle.begin();
    inFlight = true;
    error = knownError;
    bytes = knownBytes;
  }

  /** Its result is known already; whoever has started it sees to its completion. Event loop only. */
  final void know(int knownError) {
    begin(knownError, 0);
  }

  /** The event of its block was signalled. Says whether that was for this operation, which is then complete. */
  final boolean isSignalled() {
    if (block.isPending()) {
      return false;
    }
    dequeued(block.bytes());
    return true;
  }

  /** The operation has been performed without a packet; any thread. */
  final void finished(int knownError, int knownBytes) {
    error = knownError;
    bytes = knownBytes;
    mailbox().deliver(this);
  }

  final LoopMailbox mailbox() {
    return handle.attachment().mailbox();
  }

  final OverlappedBlocks.Block block() {
    return block;
  }

  final void submitted() {
    assert !inFlight : "submitted while in flight";
    handle.begin();
    block.clear();
    inFlight = true;
  }


  /** What the kernel says there and then. */
  final void answered(int answer) {
    atOnce = answer == PipeErrors.SUCCESS;
  }

  /** The kernel answered at once; no packet follows. A part of a message has its bytes too. */
  final void settled(int answer) {
    inFlight = false;
    bytes = answer == PipeErrors.SUCCESS || answer == PipeErrors.MORE_DATA ? block.bytes() : 0;
    handle.end();
  }

  /** Called by the thread that dequeued the packet. Says whether the memory around the block is as it was. */
  final boolean dequeued(int packetBytes) {
    error = handle.errorOf(block.status());
    bytes = packetBytes;
    return block.isIntact();
  }

  final void arrive(LoopMailbox at) {
    if (!handle.attachment().forward(this, at)) {
      batch = at;
      try {
        finish();
      } finally {
        batch = null;
      }
    }
  }

  final void resume(LoopMailbox at) {
    LoopMailbox home = mailbox();
    if (home != at) {
      // The channel has moved to another event loop since.
      home.eventLoop().execute(() -> resumeAsTask(home));
    } else {
      resumeIn(at);
    }
  }

  /** There is no batch of which this could be the end. */
  private void resumeAsTask(LoopMailbox at) {
    if (mailbox() == at) {
      resumeIn(null);
    } else {
      resume(at);
    }
  }

  private void resumeIn(LoopMailbox at) {
    handle.begin();
    batch = at;
    try {
      resumed();
    } finally {
      batch = null;
      handle.end();
    }
  }

  /** The operation is this thread's again. */
  final void finish() {
    inFlight = false;
    try {
      completed(error, bytes);
    } finally {
      handle.end();
    }
  }

  final void orphan(LoopMailbox at) {
    if (!handle.attachment().forward(this, at)) {
      finishOrphaned();
    }
  }

  final void finishOrphaned() {
    inFlight = false;
    try {
      orphaned();
    } finally {
      handle.close();
      handle.end();
    }
  }
}
