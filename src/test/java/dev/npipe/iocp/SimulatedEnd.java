// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.ArrayDeque;

/**
 * One end of a simulated pipe: what it can read, and what it has in flight.
 */
final class SimulatedEnd {

  enum State { LISTENING, CONNECTED, DISCONNECTED }

  final long handle;
  final boolean server;
  final String name;
  final int inboundQuota;

  State state;
  SimulatedEnd peer;
  boolean closed;
  boolean hadClient;
  boolean skipsPackets;
  long port;
  long key;
  SimulatedOperation connect;
  SimulatedOperation read;
  SimulatedOperation write;

  private final ArrayDeque<byte[]> inbound = new ArrayDeque<>();
  private int inboundBytes;

  SimulatedEnd(long handle, boolean server, String name, int inboundQuota) {
    this.handle = handle;
    this.server = server;
    this.name = name;
    this.inboundQuota = inboundQuota;
    this.state = server ? State.LISTENING : State.CONNECTED;
  }

  boolean peerIsGone() {
    return peer == null || peer.closed;
  }

  int readable() {
    return inboundBytes;
  }

  int room() {
    return inboundQuota - inboundBytes;
  }

  void arrive(byte[] bytes) {
    inbound.add(bytes);
    inboundBytes += bytes.length;
  }

  byte[] take(int most) {
    byte[] first = inbound.remove();
    byte[] taken = first;
    if (first.length > most) {
      taken = java.util.Arrays.copyOf(first, most);
      inbound.addFirst(java.util.Arrays.copyOfRange(first, most, first.length));
    }
    inboundBytes -= taken.length;
    return taken;
  }

  void discardInbound() {
    inbound.clear();
    inboundBytes = 0;
  }
}
