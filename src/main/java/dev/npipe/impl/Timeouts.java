// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import java.time.Duration;
import java.util.Objects;

/**
 * Durations as timers take them.
 */
final class Timeouts {

  private static final Duration LONGEST_GRACE = Duration.ofDays(365);

  private Timeouts() {
  }

  /** The milliseconds of a timeout, of which zero stands for none: a shorter one than that is still one. */
  static long toMillis(Duration timeout) {
    return timeout.isZero() ? 0 : Math.max(1, timeout.toMillis());
  }

  /**
   * Checks how long something may take.
   *
   * @throws IllegalArgumentException when zero or negative, or longer than 365 days
   */
  static Duration checkPositive(String what, Duration timeout) {
    Objects.requireNonNull(timeout, "timeout");
    if (timeout.isZero() || timeout.isNegative() || timeout.compareTo(LONGEST_GRACE) > 0) {
      throw new IllegalArgumentException(what + " must be more than zero and at most 365 days: " + timeout);
    }
    return timeout;
  }

  /**
   * Checks how long something may take, where zero stands for no limit.
   *
   * @throws IllegalArgumentException when negative, or longer than 365 days
   */
  static Duration check(String what, Duration timeout) {
    Objects.requireNonNull(timeout, "timeout");
    return timeout.isZero() ? timeout : checkPositive(what, timeout);
  }

  /**
   * Checks how long a shutdown may take.
   *
   * @throws IllegalArgumentException when negative
   */
  static Duration checkGrace(Duration timeout) {
    Objects.requireNonNull(timeout, "timeout");
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("The timeout of a shutdown must not be negative: " + timeout);
    }
    return timeout.compareTo(LONGEST_GRACE) > 0 ? LONGEST_GRACE : timeout;
  }
}
