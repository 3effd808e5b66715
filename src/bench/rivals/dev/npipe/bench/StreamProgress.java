// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

/** What the writer of a stream has sent: a reader that blocks must know that something will come. */
final class StreamProgress {

  private static final int MEBIBYTE = 1 << 20;

  private final long answer;
  private long sent;
  private boolean ended;

  /** For a server that echoes, or with an answer sends so many bytes for each MiB. */
  StreamProgress(long answer) {
    this.answer = answer;
  }

  /** Before each write. */
  synchronized void sending(int length) {
    sent += length;
    notifyAll();
  }

  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Whether a server that does not echo has got whole MiB only. */
  synchronized boolean isWhole() {
    return answer == 0 || sent % MEBIBYTE == 0;
  }

  synchronized long sent() {
    return sent;
  }

  /** Waits until more is due than that, and says true; or false when nothing more ever will be. */
  synchronized boolean awaitMoreThan(long got) throws InterruptedException {
    while (due() <= got) {
      if (ended) {
        return false;
      }
      wait();
    }
    return true;
  }

  private long due() {
    return answer == 0 ? sent : sent / MEBIBYTE * answer;
  }
}
