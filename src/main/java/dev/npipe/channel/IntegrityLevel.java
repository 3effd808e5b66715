// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

/**
 * How far the system trusts a process, from least to most.
 *
 * @see <a href="https://learn.microsoft.com/windows/win32/secauthz/mandatory-integrity-control">Mandatory Integrity
 *     Control</a>
 */
public enum IntegrityLevel {

  /** Less than low. */
  UNTRUSTED,

  /** A sandbox: a browser's tab, an AppContainer. */
  LOW,

  /** Programs of users. */
  MEDIUM,

  /** Elevated programs of administrators. */
  HIGH,

  /** Services of the system. */
  SYSTEM,

  /** More than the system's services: protected processes. */
  PROTECTED;

  private static final int STEP = 0x1000;

  /** From the relative identifier of a mandatory label, whose levels are 0x1000 apart. */
  static IntegrityLevel of(int relativeIdentifier) {
    return values()[Math.min(relativeIdentifier / STEP, values().length - 1)];
  }
}
