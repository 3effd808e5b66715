// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import java.util.Objects;

/**
 * Who may open a pipe: a preset, or a security descriptor in SDDL.
 *
 * <p>Every preset is protected (nothing is inherited), and only the presets' owner may create further instances: the
 * right to write without that right is the mask {@code 0x12019b}, as FILE_GENERIC_WRITE contains
 * FILE_CREATE_PIPE_INSTANCE, with which a client could pose as the server.
 *
 * @see <a href="https://learn.microsoft.com/windows/win32/ipc/named-pipe-security-and-access-rights">Named Pipe
 *     Security and Access Rights</a>
 */
public final class PipeSecurity {

  private static final String READ_WRITE_NO_CREATE = "0x12019b";
  private static final PipeSecurity CURRENT_USER = new PipeSecurity("");
  private static final PipeSecurity ADMINISTRATORS = new PipeSecurity("(A;;GA;;;BA)");
  private static final PipeSecurity AUTHENTICATED_USERS = new PipeSecurity("(A;;" + READ_WRITE_NO_CREATE + ";;;AU)");
  private static final PipeSecurity EVERYONE = new PipeSecurity("(A;;" + READ_WRITE_NO_CREATE + ";;;WD)");

  private final String entries;
  private final String descriptor;

  private PipeSecurity(String entries) {
    this.entries = entries;
    this.descriptor = null;
  }

  private PipeSecurity(String entries, String descriptor) {
    this.entries = entries;
    this.descriptor = descriptor;
  }

  /**
   * The user this process runs as, and the system itself: the default.
   *
   * @return the preset
   */
  public static PipeSecurity currentUser() {
    return CURRENT_USER;
  }

  /**
   * The current user, the system, and elevated administrators.
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
    return new PipeSecurity("", descriptor);
  }

  String toSddl(String currentUserSid) {
    return descriptor != null
        ? descriptor
        : "D:P(A;;GA;;;" + currentUserSid + ")(A;;GA;;;SY)" + entries;
  }

  @Override
  public String toString() {
    return toSddl("current-user");
  }
}
