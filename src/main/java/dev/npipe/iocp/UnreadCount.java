// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

/**
 * Counts what the client has not read yet, right before a disconnect discards it.
 *
 * <p>The room that is taken in the pipe does not tell by itself: a client that has read everything, and waits for more,
 * has reserved as much as it asks for. So a flush is begun first, which is pending only as long as something is unread;
 * the disconnect ends it. Event loop only.
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
   * @return the number of bytes, {@link #UNKNOWN} where the system does not tell, and of a client that has left
   */
  public long count() {
    if (handle().isBlocking() || kernel.isCutOff(handle().value())) {
      return UNKNOWN;
    }
    int answer = handle().flush(this);
    if (answer == PipeErrors.SUCCESS || succeededAtOnce()) {
      return 0;
    }
    if (answer != PipeErrors.IO_PENDING) {
      return UNKNOWN;
    }
    long used = kernel.writeQuotaUsed(handle().value());
    if (block().isPending()) {
      return used < 0 ? UNKNOWN : used;
    }
    return kernel.errorOf(block().status()) == PipeErrors.SUCCESS ? 0 : UNKNOWN;
  }

  @Override
  protected void completed(int error, int bytes) {
    // By the disconnect, or by a client that has read on meanwhile; it was given no memory.
  }

  @Override
  protected void orphaned() {
    // It was given no memory.
  }
}
