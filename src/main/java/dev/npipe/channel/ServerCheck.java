// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.PipeKernel;
import dev.npipe.iocp.TokenFacts;
import java.util.Objects;
import java.util.Set;

/**
 * Whether the server of a pipe that has just been opened is the one that is expected. Blocks: for a thread that may.
 */
final class ServerCheck {

  /** What these create belongs to the group as often as to themselves. */
  private static final Set<String> PRIVILEGED = Set.of(SecurityIdentifiers.SYSTEM, SecurityIdentifiers.ADMINISTRATORS);

  private final PipeKernel kernel;
  private final ExpectedServer expected;

  ServerCheck(PipeKernel kernel, ExpectedServer expected) {
    this.kernel = kernel;
    this.expected = expected;
  }

  /**
   * Asks.
   *
   * @param pipe the client's end of a pipe
   * @return what has been found in the place of what is expected, null when all is well
   */
  String mismatch(long pipe, NamedPipeAddress address) {
    boolean byProcess = expected.kind() == ExpectedServer.Kind.PROCESS;
    if (!address.isLocal()) {
      return byProcess ? "it is on another machine" : ownerMismatch(pipe, null, "a process on another machine");
    }
    try (PeerProcess process = PeerProcess.of(kernel, pipe, false, kernel.identity().systemTime())) {
      String found = process.id() > 0 ? "process " + process.id() : "a process that the system does not tell";
      if (byProcess) {
        return process.id() == expected.processId() ? null : found;
      }
      return ownerMismatch(pipe, process.isProven() ? process.user() : null, found);
    }
  }

  private String ownerMismatch(long pipe, TokenFacts user, String process) {
    String owner = kernel.identity().pipeOwner(pipe);
    String member = expected.sid() != null ? expected.sid() : kernel.currentUserSid();
    boolean runsAsMember = user != null && (member.equals(user.user()) || user.groups().contains(member));
    boolean owned = isOwner(owner, member) || owner != null && PRIVILEGED.contains(owner) && runsAsMember;
    if (owned && (user == null || runsAsMember)) {
      return null;
    }
    return (owner == null ? "an owner that the system does not tell" : "owner " + owner) + ", " + process
        + (user == null || user.user() == null ? "" : " of user " + user.user());
  }

  private boolean isOwner(String owner, String member) {
    switch (expected.kind()) {
      case CURRENT_USER:
        return owner != null && (owner.equals(member) || Objects.equals(owner, kernel.identity().defaultOwnerSid()));
      case SYSTEM:
      case ADMINISTRATORS:
        return owner != null && PRIVILEGED.contains(owner);
      default:
        return member.equals(owner);
    }
  }
}
