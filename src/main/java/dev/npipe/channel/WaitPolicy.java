// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

/**
 * What a client does when it cannot connect yet.
 */
public enum WaitPolicy {

  /** The connect fails at once. */
  FAIL_FAST,

  /** The connect waits until it succeeds, its timeout runs out, or it is cancelled. No thread waits with it. */
  WAIT
}
