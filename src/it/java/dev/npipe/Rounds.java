// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

/** How often a test does what it does: as often as the system property says, or in full with one driver only. */
final class Rounds {

  private static final int SHARE = 10;

  private Rounds() {
  }

  /** The number of rounds of this run. */
  static int of(String property, int inFull) {
    int rounds = Integer.getInteger(property, inFull);
    return Driver.current() == Driver.SHARED ? rounds : Math.max(1, rounds / SHARE);
  }
}
