// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

/**
 * What a server may do in the name of a client (the client's security quality of service).
 *
 * @see <a href="https://learn.microsoft.com/windows/win32/secauthz/impersonation-levels">Impersonation Levels</a>
 */
public enum ImpersonationLevel {

  /** The server learns nothing about the client. */
  ANONYMOUS,

  /** The server learns who the client is, and can do nothing in its name: the default. */
  IDENTIFICATION,

  /** The server can act as the client on this machine. A hostile server that squats the name can, too. */
  IMPERSONATION,

  /** The server can act as the client on other machines also. */
  DELEGATION
}
