// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

/**
 * Counts what the client has not read yet, right before a disconnect discards it.
 *
 * <p>The room that is taken in the pipe does not tell by itself: a client that has read everything, and waits for more,
 * has reserved as much as it asks for. So a flush is begun afterwards, which has to wait only if something is unread;
 * as nothing is being written, that was so before too. Event loop only.
 */
public final class UnreadCount extends IoOperation {

  /** What the system does not tell. */
  public static final long UNKNOWN = -1;

  private final PipeKernel kernel;

  /**
   * Prepares the count.
   *
   * @param pipe the server's end, on which nothing is being written
   * @param kernel the kernel it is of
   */
  public UnreadCount(PipeHandle pipe, PipeKernel kernel) {
    super(pipe);
    this.kernel = kernel;
  }

  /**
   * Counts, once. The pipe is disconnected or closed afterwards.
   *
   * @return the number of bytes, with what the client reads in this very moment; {@link #UNKNOWN} where the system does
   *     not tell, of a client that has left, and of handles without overlapped I/O
   */
  public long count() {
    if (handle().isBlocking() || !handle().enter()) {
      return UNKNOWN;
    }
    try {
      boolean connected = kernel.connection(handle().value()) == PipeErrors.SUCCESS;
      long used = connected ? kernel.writeQuotaUsed(handle().value()) : UNKNOWN;
      return used < 0 ? UNKNOWN : unread(used);
    } finally {
      handle().leave();
    }
  }

  private long unread(long used) {
    int answer = handle().flush(this);
    if (answer == PipeErrors.SUCCESS || succeededAtOnce()) {
      return 0;
    }
    if (answer != PipeErrors.IO_PENDING) {
      return UNKNOWN;
    }
    handle().cancel(this);
    return used;
  }

  @Override
  protected void completed(int error, int bytes) {
    // Nobody waits for it, and it was given no memory.
  }

  @Override
  protected void orphaned() {
    // It was given no memory.
  }
}
