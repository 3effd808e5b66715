// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

/**
 * Where the completions of a handle arrive: at a port, and from there at an event loop, or nowhere for the time in
 * which its channel is registered with none.
 */
final class Attachment {

  private final PipeHandle handle;

  // Written by the event loop at registration, read by the thread that dequeues.
  private volatile CompletionPort port;
  private volatile LoopMailbox mailbox;
  private long key;

  // Written by the event loop, read by whoever closes the handle.
  private volatile ParkedTasks parked;

  Attachment(PipeHandle handle) {
    this.handle = handle;
  }

  void set(CompletionPort to, long withKey, LoopMailbox at) {
    key = withKey;
    mailbox = at;
    port = to;
  }

  /** Whether completions arrive anywhere: from the first attachment on. */
  boolean isMade() {
    return port != null;
  }

  CompletionPort port() {
    return port;
  }

  long key() {
    return key;
  }

  LoopMailbox mailbox() {
    return mailbox;
  }

  /** The channel leaves its event loop, which must not touch it any more. Event loop only. */
  void leaveLoop() {
    LoopMailbox.hurry(mailbox);
    if (isMade() && parked == null && handle.isOpen()) {
      ParkedTasks waiting = new ParkedTasks(mailbox.eventLoop());
      parked = waiting;
      port.park(handle, waiting);
      if (!handle.isOpen()) {
        waiting.openToFormer();
      }
    }
  }

  /** The channel is on an event loop again, the one of its mailbox. Event loop only. */
  void enterLoop() {
    ParkedTasks waiting = parked;
    if (waiting != null) {
      parked = null;
      waiting.openTo(mailbox.eventLoop());
    }
  }

  /** The handle is being closed: nobody will attach it again. Any thread. */
  void end() {
    ParkedTasks waiting = parked;
    if (waiting != null) {
      waiting.openToFormer();
    }
  }

  /** Sends an operation on whose handle has moved to another event loop since its packet was dequeued. */
  boolean forward(IoOperation operation, LoopMailbox arrivedAt) {
    LoopMailbox home = mailbox;
    if (home == arrivedAt) {
      return false;
    }
    home.deliver(operation);
    return true;
  }
}
