// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * One end of a simulated pipe: what it can read, and what it has in flight.
 */
final class SimulatedEnd {

  enum State { LISTENING, CONNECTED, DISCONNECTED }

  final long handle;
  final boolean server;
  final String name;
  final int inboundQuota;
  /** Whether the pipe was created in message mode. */
  final boolean messageType;

  State state;
  SimulatedEnd peer;
  /** Whether the handle that it was created with is closed; the end is {@link #closed} when no other one is left. */
  boolean handleClosed;
  boolean closed;
  int duplicates;
  boolean hadClient;
  boolean wasRead;
  boolean skipsPackets;
  boolean readsMessages;
  /** Whether the other end is another machine's. */
  boolean remote;
  long port;
  long key;
  SimulatedOperation connect;
  SimulatedOperation read;
  SimulatedOperation write;
  SimulatedOperation flush;
  /** Waits for an instance, where this is the directory of the pipes. */
  SimulatedOperation wait;
  String awaited;

  private final ArrayDeque<byte[]> inbound = new ArrayDeque<>();
  private int inboundBytes;
  /** Whether the last message that has come has more, which its writer still holds. */
  private boolean incomplete;

  SimulatedEnd(long handle, boolean server, String name, int inboundQuota, boolean messageType) {
    this.messageType = messageType;
    this.readsMessages = server && messageType;
    this.handle = handle;
    this.server = server;
    this.name = name;
    this.inboundQuota = inboundQuota;
    this.state = server ? State.LISTENING : State.CONNECTED;
  }

  boolean peerIsGone() {
    return peer == null || peer.closed;
  }

  boolean isCutOff() {
    return state != State.CONNECTED || peerIsGone();
  }

  /** How many bytes that were written here the peer can read. */
  int unread() {
    return peerIsGone() ? 0 : peer.inboundBytes;
  }

  /** Whether the peer has read all that was written here. */
  boolean isFlushed() {
    return write == null && (peerIsGone() || peer.inbound.isEmpty());
  }

  boolean isEmpty() {
    return inbound.isEmpty();
  }

  int room() {
    return inboundQuota - inboundBytes;
  }

  void arrive(byte[] bytes) {
    inbound.add(bytes);
    inboundBytes += bytes.length;
  }

  byte[] take(int most) {
    wasRead = true;
    byte[] first = inbound.remove();
    byte[] taken = first;
    if (first.length > most) {
      taken = Arrays.copyOf(first, most);
      inbound.addFirst(Arrays.copyOfRange(first, most, first.length));
    }
    inboundBytes -= taken.length;
    return taken;
  }

  void discardInbound() {
    inbound.clear();
    inboundBytes = 0;
  }

  /** What a call on this end fails with, 0 for nothing. */
  int failure(boolean drained, int whenGone) {
    if (state == State.DISCONNECTED) {
      return PipeErrors.PIPE_NOT_CONNECTED;
    }
    if (state == State.LISTENING) {
      return PipeErrors.PIPE_LISTENING;
    }
    return drained && peerIsGone() ? whenGone : 0;
  }

  /** Moves bytes to the pending read; says whether it is done. */
  boolean progressRead(SimulatedWhims whims) {
    if (read == null || inbound.isEmpty()) {
      return false;
    }
    if (readsMessages) {
      progressMessageRead();
      return true;
    }
    if (whims.emptyReads > 0) {
      whims.emptyReads--;
      return true;
    }
    int most = whims.chance(whims.partialPercent) ? whims.upTo(read.length) : read.length;
    while (!inbound.isEmpty() && read.moved < most) {
      read.put(take(most - read.moved));
    }
    return true;
  }

  private void progressMessageRead() {
    byte[] message = inbound.element();
    read.put(take(read.length));
    boolean more = message.length > read.length || incomplete && inbound.isEmpty();
    read.outcome = more ? PipeErrors.MORE_DATA : PipeErrors.SUCCESS;
  }

  /** A message for which there is room goes as a whole; any other one as reads come for it, and what they hold. */
  private boolean progressMessageWrite(SimulatedWhims whims) {
    if (write.length > whims.shortWrite) {
      peer.arrive(write.take(whims.shortWrite));
      return true;
    }
    if (write.moved == 0 && write.length <= peer.room()) {
      peer.arrive(write.take(write.length));
      return true;
    }
    if (!peer.inbound.isEmpty() || peer.read == null) {
      return false;
    }
    peer.arrive(write.take(Math.min(peer.read.length, write.length - write.moved)));
    peer.incomplete = write.moved < write.length;
    return !peer.incomplete;
  }

  /** Moves bytes of the pending write; says whether it is done: all of it, or, now and then, what was taken so far. */
  boolean progressWrite(SimulatedWhims whims) {
    if (write == null || peerIsGone()) {
      return false;
    }
    if (messageType) {
      return progressMessageWrite(whims);
    }
    int count = Math.min(Math.min(peer.room(), whims.shortWrite), write.length - write.moved);
    count = count > 1 && whims.chance(whims.partialPercent) ? whims.upTo(count) : count;
    if (count > 0) {
      peer.arrive(write.take(count));
    }
    return write.moved == write.length || write.moved >= whims.shortWrite
        || write.moved > 0 && whims.chance(whims.partialPercent / 4);
  }

  void forget(SimulatedOperation operation) {
    if (read == operation) {
      read = null;
    } else if (write == operation) {
      write = null;
    } else if (connect == operation) {
      connect = null;
    } else if (flush == operation) {
      flush = null;
    } else if (wait == operation) {
      wait = null;
    }
  }
}
