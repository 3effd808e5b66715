// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import java.util.Arrays;
import java.util.Locale;

/** Times that were taken, in the order they were taken. */
final class Samples {

  private final long[] nanos;
  private int count;

  Samples(int most) {
    nanos = new long[most];
  }

  void add(long sample) {
    nanos[count++] = sample;
  }

  int count() {
    return count;
  }

  /** The percentiles, as every peer prints them. */
  String percentiles() {
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return String.format(Locale.ROOT, "p50_us=%.1f p99_us=%.1f p999_us=%.1f", permille(sorted, 500),
        permille(sorted, 990), permille(sorted, 999));
  }

  private static double permille(long[] sorted, int permille) {
    return sorted[(int) ((long) sorted.length * permille / 1000)] / 1e3;
  }
}
