// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import java.util.Locale;
import java.util.Objects;

/**
 * Whom a client wants to find behind a pipe. Whoever creates a pipe first owns the name, so a name alone says nothing.
 *
 * <p>The owner of a pipe cannot be forged: it is who has created it, and only a privileged program can make somebody
 * else the owner. What an administrator or the system has created is often owned by the administrators' group, so there
 * the user of the server's process decides. Where this process may look at the server's, its user has to be right too.
 * Immutable.
 */
public final class ExpectedServer {

  private static final String PROCESS = "process ";

  /** What is expected of a server. */
  enum Kind {
    CURRENT_USER, SYSTEM, ADMINISTRATORS, SID, PROCESS
  }

  private static final ExpectedServer CURRENT_USER = new ExpectedServer(Kind.CURRENT_USER, null, -1);
  private static final ExpectedServer THE_SYSTEM = new ExpectedServer(Kind.SYSTEM, SecurityIdentifiers.SYSTEM, -1);
  private static final ExpectedServer THE_ADMINISTRATORS =
      new ExpectedServer(Kind.ADMINISTRATORS, SecurityIdentifiers.ADMINISTRATORS, -1);

  private final Kind kind;
  private final String sid;
  private final long processId;

  private ExpectedServer(Kind kind, String sid, long processId) {
    this.kind = kind;
    this.sid = sid;
    this.processId = processId;
  }

  /**
   * The user this process runs as.
   *
   * @return what is expected
   */
  public static ExpectedServer currentUser() {
    return CURRENT_USER;
  }

  /**
   * The system: a service that runs as LocalSystem. Where its process may not be looked at, a pipe of the
   * administrators is taken for one of the system: an administrator can become the system at any time.
   *
   * @return what is expected
   */
  public static ExpectedServer system() {
    return THE_SYSTEM;
  }

  /**
   * An elevated administrator, or the system.
   *
   * @return what is expected
   */
  public static ExpectedServer administrators() {
    return THE_ADMINISTRATORS;
  }

  /**
   * A user, or a member of a group.
   *
   * @param sid in text form, such as {@code S-1-5-21-1004336348-1177238915-682003330-1001}
   * @return what is expected
   * @throws IllegalArgumentException when the SID is malformed
   */
  public static ExpectedServer sid(String sid) {
    return new ExpectedServer(Kind.SID, SecurityIdentifiers.checked(sid), -1);
  }

  /**
   * A process, one this process has started for instance. Risk: should it have ended, another may have its id.
   *
   * @param processId its id
   * @return what is expected
   * @throws IllegalArgumentException when not positive
   */
  public static ExpectedServer processId(long processId) {
    if (processId <= 0) {
      throw new IllegalArgumentException("Not the id of a process: " + processId);
    }
    return new ExpectedServer(Kind.PROCESS, null, processId);
  }

  /**
   * Reads what {@link #toString()} writes.
   *
   * @param text {@code current user}, {@code system}, {@code administrators}, a SID, or {@code process} and an id
   * @return what is expected
   * @throws IllegalArgumentException when it is none of them
   */
  public static ExpectedServer parse(String text) {
    Objects.requireNonNull(text, "text");
    String given = text.strip().toLowerCase(Locale.ROOT);
    switch (given) {
      case "current user":
        return CURRENT_USER;
      case "system":
        return THE_SYSTEM;
      case "administrators":
        return THE_ADMINISTRATORS;
      default:
        return given.matches(PROCESS + "\\d{1,18}")
            ? processId(Long.parseLong(given.substring(PROCESS.length())))
            : sid(text.strip());
    }
  }

  Kind kind() {
    return kind;
  }

  /** Who is to be the process's user, or one of its groups; null where another kind says it. */
  String sid() {
    return sid;
  }

  long processId() {
    return processId;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ExpectedServer && toString().equals(other.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  @Override
  public String toString() {
    switch (kind) {
      case SID:
        return sid;
      case PROCESS:
        return PROCESS + processId;
      default:
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }
}
