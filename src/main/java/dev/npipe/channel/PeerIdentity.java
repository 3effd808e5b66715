// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import java.time.Instant;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Who is at the other end of a pipe, as far as the system tells. What it does not tell is absent; nothing is guessed.
 *
 * <p>User, account, integrity level and elevation are those the client has shown by connecting, as far as it allows,
 * and otherwise those of its process, where this process may look at it. On the client's end they are those of the
 * server's process. Process id and session are those of whoever opened the pipe: a handle can be passed on. Immutable.
 */
public final class PeerIdentity {

  private final Long processId;
  private final Integer sessionId;
  private final String computerName;
  private final String userSid;
  private final String accountName;
  private final IntegrityLevel integrityLevel;
  private final Boolean elevated;
  private final String imagePath;
  private final Instant startTime;

  PeerIdentity(Builder builder) {
    processId = builder.processId;
    sessionId = builder.sessionId;
    computerName = builder.computerName;
    userSid = builder.userSid;
    accountName = builder.accountName;
    integrityLevel = builder.integrityLevel;
    elevated = builder.elevated;
    imagePath = builder.imagePath;
    startTime = builder.startTime;
  }

  /** What is known so far. */
  static final class Builder {
    Long processId;
    Integer sessionId;
    String computerName;
    String userSid;
    String accountName;
    IntegrityLevel integrityLevel;
    Boolean elevated;
    String imagePath;
    Instant startTime;
  }

  /**
   * The process.
   *
   * @return its id; absent for one on another machine
   */
  public Optional<Long> processId() {
    return Optional.ofNullable(processId);
  }

  /**
   * The session, 0 for services.
   *
   * @return its id; absent for one on another machine
   */
  public Optional<Integer> sessionId() {
    return Optional.ofNullable(sessionId);
  }

  /**
   * The other machine.
   *
   * @return its name; absent for a peer on this machine
   */
  public Optional<String> computerName() {
    return Optional.ofNullable(computerName);
  }

  /**
   * The user.
   *
   * @return the security identifier in text form, such as {@code S-1-5-18}; absent for a client that connects at
   *     {@link ImpersonationLevel#ANONYMOUS} and whose process may not be looked at
   */
  public Optional<String> userSid() {
    return Optional.ofNullable(userSid);
  }

  /**
   * The user's account.
   *
   * @return such as {@code MACHINE\name}; absent where no account is known by the SID
   */
  public Optional<String> accountName() {
    return Optional.ofNullable(accountName);
  }

  /**
   * How far the system trusts the peer.
   *
   * @return the level
   */
  public Optional<IntegrityLevel> integrityLevel() {
    return Optional.ofNullable(integrityLevel);
  }

  /**
   * Whether the peer runs with elevated rights.
   *
   * @return true for an elevated administrator
   */
  public Optional<Boolean> elevated() {
    return Optional.ofNullable(elevated);
  }

  /**
   * The program.
   *
   * @return the full path; absent where the process has ended, may not be looked at, or cannot be told from a later one
   *     of the same id, as behind any handle that was adopted. Of a server, the program that has created the instance:
   *     if it has passed that on and ended, it may be one that was given its id before the client came
   */
  public Optional<String> imagePath() {
    return Optional.ofNullable(imagePath);
  }

  /**
   * When the process was started. With the process id it names the process for ever: ids are used again.
   *
   * @return the time, before the connection was made; absent as for {@link #imagePath()}
   */
  public Optional<Instant> startTime() {
    return Optional.ofNullable(startTime);
  }

  /** What is known, as {@code name=value}. */
  @Override
  public String toString() {
    StringJoiner known = new StringJoiner(", ", "PeerIdentity(", ")");
    add(known, "processId", processId);
    add(known, "sessionId", sessionId);
    add(known, "computerName", computerName);
    add(known, "userSid", userSid);
    add(known, "accountName", accountName);
    add(known, "integrityLevel", integrityLevel);
    add(known, "elevated", elevated);
    add(known, "imagePath", imagePath);
    add(known, "startTime", startTime);
    return known.toString();
  }

  private static void add(StringJoiner known, String name, Object value) {
    if (value != null) {
      known.add(name + "=" + value);
    }
  }
}
