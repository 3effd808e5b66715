// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

/** What has its place in a {@link PipeWriteQueue}. */
interface QueueEntry {

  /** Its turn has come. Event loop. */
  void run();

  /** It never will. Any thread. */
  void forget();

  /** Something to do after the writes before it, and something else to do where that cannot be. */
  static QueueEntry of(Runnable task, Runnable otherwise) {
    return new QueueEntry() {

      @Override
      public void run() {
        task.run();
      }

      @Override
      public void forget() {
        otherwise.run();
      }
    };
  }
}
