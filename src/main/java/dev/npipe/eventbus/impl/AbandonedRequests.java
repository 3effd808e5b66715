// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

/**
 * How many requests of clients that have gone still wait for their answers: the bus can not be told that nobody awaits
 * them. Context only.
 */
final class AbandonedRequests {

  private final int limit;
  private int count;

  AbandonedRequests(int limit) {
    this.limit = limit;
  }

  boolean areTooMany() {
    return count >= limit;
  }

  void add() {
    count++;
  }

  void remove() {
    count--;
  }
}
