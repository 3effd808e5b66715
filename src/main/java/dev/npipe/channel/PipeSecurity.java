// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import java.util.Objects;

/**
 * Who may open a pipe: a preset, or a security descriptor in SDDL.
 *
 * <p>Every preset is protected: nothing is inherited. Who may create further instances could pose as the server: with
 * {@link #currentLogonSession()} and {@link #administrators()} all who are let in; with the others only the owner and
 * the system, as they let others in with the mask {@code 0x12019b}: FILE_GENERIC_WRITE contains
 * FILE_CREATE_PIPE_INSTANCE.
 *
 * @see <a href="https://learn.microsoft.com/windows/win32/ipc/named-pipe-security-and-access-rights">Named Pipe
 *     Security and Access Rights</a>
 */
public final class PipeSecurity {

  private static final String READ_WRITE_NO_CREATE = "0x12019b";
  private static final String USER = "{user}";
  private static final String LOGON = "{logon}";
  private static final String OWNER = "O:" + USER + "D:P";
  private static final String SYSTEM = "(A;;GA;;;SY)";
  private static final String OWN = OWNER + "(A;;GA;;;" + USER + ")" + SYSTEM;
  private static final PipeSecurity CURRENT_USER = new PipeSecurity(OWN);
  private static final PipeSecurity CURRENT_LOGON_SESSION =
      new PipeSecurity(OWNER + "(A;;GA;;;" + LOGON + ")" + SYSTEM);
  private static final PipeSecurity ADMINISTRATORS = new PipeSecurity(OWN + "(A;;GA;;;BA)");
  private static final PipeSecurity AUTHENTICATED_USERS =
      new PipeSecurity(OWN + "(A;;" + READ_WRITE_NO_CREATE + ";;;AU)");
  private static final PipeSecurity EVERYONE = new PipeSecurity(OWN + "(A;;" + READ_WRITE_NO_CREATE + ";;;WD)");

  private final String descriptor;

  private PipeSecurity(String descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * The user this process runs as, and the system itself: the default. Risk: every program of that user can talk to the
   * server, one it was tricked into starting too.
   *
   * @return the preset
   */
  public static PipeSecurity currentUser() {
    return CURRENT_USER;
  }

  /**
   * The programs of the logon session this process belongs to, elevated or not, and the system: not those that the same
   * user runs in another session, by a task or as a service. Risk: it keeps out accidents rather than attacks, as the
   * user owns the pipe and can change who may open it; and who is in may add instances.
   *
   * @return the preset
   */
  public static PipeSecurity currentLogonSession() {
    return CURRENT_LOGON_SESSION;
  }

  /**
   * The current user, the system, and an AppContainer: a packaged app, which runs with little trust. The pipe is
   * labelled so that it may write. Risk: whoever is in the sandbox of that app can talk to the server. Where an
   * AppContainer finds a pipe is the system's affair: its own names are below {@code \\.\pipe\LOCAL\}.
   *
   * @param packageSid the app's SID, which begins with {@code S-1-15-2-}; {@code S-1-15-2-1} is all apps
   * @return the security
   * @throws IllegalArgumentException when the SID is malformed, or not that of an AppContainer
   */
  public static PipeSecurity appContainer(String packageSid) {
    return new PipeSecurity(OWN + "(A;;" + READ_WRITE_NO_CREATE + ";;;"
        + SecurityIdentifiers.checkedAppContainer(packageSid) + ")S:(ML;;NW;;;LW)");
  }

  /**
   * The current user, the system, and elevated administrators. Risk: who is in may add instances, and so take the place
   * of the server for clients to come.
   *
   * @return the preset
   */
  public static PipeSecurity administrators() {
    return ADMINISTRATORS;
  }

  /**
   * Every user who has logged on may connect. Risk: any program of any user, services too, can talk to the server.
   *
   * @return the preset
   */
  public static PipeSecurity authenticatedUsers() {
    return AUTHENTICATED_USERS;
  }

  /**
   * Everyone may connect. Risk: as for authenticated users, and guests besides.
   *
   * @return the preset
   */
  public static PipeSecurity everyone() {
    return EVERYONE;
  }

  /**
   * A security descriptor of the caller's own. Its form is checked when the server listens.
   *
   * @param descriptor in the security descriptor definition language
   * @return the security
   * @throws IllegalArgumentException when the descriptor is empty
   */
  public static PipeSecurity sddl(String descriptor) {
    Objects.requireNonNull(descriptor, "the security descriptor is null");
    if (descriptor.isBlank()) {
      throw new IllegalArgumentException("The security descriptor is empty");
    }
    return new PipeSecurity(descriptor);
  }

  /**
   * The descriptor.
   *
   * @param userSid the user this process runs as
   * @param logonSid its logon session, null where it belongs to none
   * @throws IllegalStateException when it needs a logon session and there is none
   */
  String toSddl(String userSid, String logonSid) {
    if (logonSid == null && descriptor.contains(LOGON)) {
      throw new IllegalStateException("This process belongs to no logon session that a pipe could be restricted to");
    }
    return descriptor.replace(USER, userSid).replace(LOGON, String.valueOf(logonSid));
  }

  @Override
  public String toString() {
    return toSddl("current-user", "current-logon-session");
  }
}
