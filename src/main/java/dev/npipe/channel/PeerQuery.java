// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.ClientImpersonation;
import dev.npipe.iocp.IdentityKernel;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeHandle;
import dev.npipe.iocp.PipeKernel;
import dev.npipe.iocp.TokenFacts;
import java.nio.channels.ClosedChannelException;
import java.time.Instant;

/**
 * Finds out who is at the other end. Blocks: for a thread that may, and that ends if it has to.
 */
final class PeerQuery {

  // From 1601 to 1970, in intervals of 100 nanoseconds.
  private static final long EPOCH = 116_444_736_000_000_000L;
  private static final long PER_SECOND = 10_000_000L;
  private static final long NANOS = 100;

  private final PipeKernel kernel;
  private final IdentityKernel identity;
  private final PipeHandle pipe;
  private final boolean serverEnd;
  private final String remoteMachine;
  private final long connectedAt;
  private final PeerIdentity.Builder found = new PeerIdentity.Builder();
  private TokenFacts shown;

  /**
   * Prepares a query.
   *
   * @param remoteMachine the machine a client has connected to, null for this one and for the server's end
   * @param connectedAt the system's time when the connection was known
   */
  PeerQuery(PipeKernel kernel, PipeHandle pipe, boolean serverEnd, String remoteMachine, long connectedAt) {
    this.kernel = kernel;
    this.identity = kernel.identity();
    this.pipe = pipe;
    this.serverEnd = serverEnd;
    this.remoteMachine = remoteMachine;
    this.connectedAt = connectedAt;
  }

  /**
   * Asks.
   *
   * @return what the system tells
   * @throws ClosedChannelException when this end is closed
   * @throws ClientImpersonation.NotReverted when this thread must end
   */
  PeerIdentity ask() throws ClosedChannelException {
    try (PeerProcess process = askPipe()) {
      if (process != null && process.isProven()) {
        found.startTime = instant(process.startTime());
        found.imagePath = process.imagePath();
        shown = process.user();
      }
    }
    if (serverEnd) {
      askClient();
    }
    if (shown != null) {
      describeUser(shown);
    }
    return new PeerIdentity(found);
  }

  /** Returns the peer's process, null where it is not one of this machine. */
  private PeerProcess askPipe() throws ClosedChannelException {
    if (!pipe.acquire()) {
      throw new ClosedChannelException();
    }
    try {
      String machine = serverEnd ? identity.clientComputerName(pipe.value()) : remoteMachine;
      boolean local = machine == null ? !serverEnd : machine.isEmpty();
      if (!local) {
        // Its ids are those of another machine.
        found.computerName = machine;
        return null;
      }
      long session = identity.peerSessionId(pipe.value(), serverEnd);
      found.sessionId = session >= 0 ? (int) session : null;
      PeerProcess process = PeerProcess.of(kernel, pipe.value(), serverEnd, connectedAt);
      found.processId = process.id() > 0 ? process.id() : null;
      return process;
    } finally {
      pipe.release();
    }
  }

  /** What the client has shown by connecting counts more than its process: it may act for somebody else itself. */
  private void askClient() {
    long[] token = new long[1];
    int error = new ClientImpersonation(identity).run(pipe, () -> token[0] = identity.openThreadToken());
    if (error != PipeErrors.SUCCESS || token[0] <= 0) {
      return;
    }
    TokenFacts facts = describe(token[0]);
    if (facts.level() >= ImpersonationLevel.IDENTIFICATION.ordinal()) {
      shown = facts;
    }
  }

  private TokenFacts describe(long token) {
    try {
      return identity.describe(token);
    } finally {
      identity.closeObject(token);
    }
  }

  private void describeUser(TokenFacts facts) {
    found.userSid = facts.user();
    found.accountName = facts.user() == null ? null : identity.accountName(facts.user());
    found.integrityLevel = facts.integrity() < 0 ? null : IntegrityLevel.of(facts.integrity());
    found.elevated = facts.elevation() < 0 ? null : facts.elevation() == 1;
  }

  private static Instant instant(long fileTime) {
    long since = fileTime - EPOCH;
    return Instant.ofEpochSecond(Math.floorDiv(since, PER_SECOND), Math.floorMod(since, PER_SECOND) * NANOS);
  }
}
