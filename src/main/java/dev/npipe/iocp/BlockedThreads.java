// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

/**
 * What of the kernel's is asked about threads that its calls block, so that another thread can end such a call. Safe
 * for use by any thread.
 */
public interface BlockedThreads {

  /**
   * Opens the thread that calls this, so that another one can end a call that blocks it.
   *
   * @return a handle for {@link #cancelBlocked} and {@link #closeThread}, 0 when there is none to be had
   */
  long openCurrentThread();

  /**
   * Ends the call that blocks a thread (CancelSynchronousIo).
   *
   * @param thread the thread
   * @return 0, or {@link PipeErrors#NOT_FOUND} when it is not blocked
   */
  int cancelBlocked(long thread);

  /**
   * Closes the handle of a thread.
   *
   * @param thread the thread
   */
  void closeThread(long thread);
}
