// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

/**
 * The user this process runs as.
 */
public final class CurrentUser {

  // Of the process, which keeps its token for life.
  private static volatile CurrentUser current;

  private final String sid;
  private final String owner;
  private final String logon;

  private CurrentUser(long token) {
    sid = AccessToken.user(token);
    if (sid == null) {
      throw new Win32Exception("GetTokenInformation", Kernel32.lastError());
    }
    owner = AccessToken.owner(token);
    logon = AccessToken.logon(token);
  }

  /**
   * The user's security identifier, of the process and not of whom a thread impersonates.
   *
   * @return the SID in text form
   * @throws Win32Exception when the process may not look at its own token
   */
  public static String sid() {
    return current().sid;
  }

  /**
   * Who owns by default what this process creates: the user, or the administrators' group where elevated.
   *
   * @return the SID in text form, or null
   * @throws Win32Exception when the process may not look at its own token
   */
  public static String owner() {
    return current().owner;
  }

  /**
   * The logon session of this process.
   *
   * @return the SID in text form, null for a process that belongs to none
   * @throws Win32Exception when the process may not look at its own token
   */
  public static String logon() {
    return current().logon;
  }

  private static CurrentUser current() {
    CurrentUser known = current;
    if (known == null) {
      known = read();
      current = known;
    }
    return known;
  }

  private static CurrentUser read() {
    long token = AccessToken.ofProcess(Kernel32.GetCurrentProcess());
    if (token <= 0) {
      throw new Win32Exception("OpenProcessToken", (int) -token);
    }
    try {
      return new CurrentUser(token);
    } finally {
      Kernel32.CloseHandle(token);
    }
  }
}
