// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.PipeHandle;
import io.netty.channel.Channel;
import io.netty.channel.ChannelMetadata;
import io.netty.util.concurrent.Future;
import java.nio.channels.NotYetConnectedException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A channel that knows whom it is connected to, and tells its listener when it has arrived at its event loop.
 */
abstract class PeerChannel extends MovingChannel {

  private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

  // Written by the event loop when the connection is there, read by any thread.
  private volatile PeerAccess peer;

  // Set by the listener before this is handed over, then by whoever is first: any thread.
  private final AtomicReference<Arrivals.Wave> arrivals = new AtomicReference<>();

  PeerChannel(Channel parent) {
    super(parent);
  }

  void connectedTo(PipeHandle pipe, PipeIo io, boolean local, long connectedAt) {
    peer = new PeerAccess((NamedPipeChannel) this, io, pipe, local, connectedAt);
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  /** With whom this is on its way, until an event loop has it, or none takes it. */
  void arriveWith(Arrivals.Wave others) {
    arrivals.set(others);
  }

  /** Whether an event loop has this channel, or is about to. */
  boolean hasLoop() {
    try {
      return eventLoop() != null;
    } catch (IllegalStateException none) {
      return false;
    }
  }

  /**
   * The event loop has this channel: that is told when it has had its turn at what else it serves, also when this is
   * closed by then, as most of those are that come and go. A loop that shuts down cancels the timer, which tells too.
   */
  void arrivedOnLoop() {
    Arrivals.Wave others = arrivals.get();
    if (others != null) {
      others.oneMoved();
      try {
        eventLoop().schedule(NOTHING, 0, TimeUnit.NANOSECONDS).addListener(turn -> arrived());
      } catch (RuntimeException e) {
        arrived();
      }
    }
  }

  /** Closed: if no event loop has it, none will. */
  void closedOnItsWay() {
    Arrivals.Wave others = arrivals.get();
    if (!isRegistered()) {
      arrived();
    } else if (others != null) {
      others.oneMoved();
    }
  }

  /** Any thread. */
  void arrived() {
    Arrivals.Wave others = arrivals.getAndSet(null);
    if (others != null) {
      others.oneArrived();
    }
  }

  private PeerAccess connectedPeer() {
    PeerAccess connected = peer;
    if (connected == null) {
      throw new NotYetConnectedException();
    }
    return connected;
  }

  /**
   * The HANDLE of this end, for what Windows does with one and this library does not offer. It remains the channel's,
   * and is closed with it, after which Windows may give its value to another: on the event loop nothing closes it
   * between this call and the use; whoever needs it for longer, or elsewhere, duplicates it there. It was opened for
   * overlapped I/O, unless it was adopted without, and belongs to a completion port: do not read or write with it.
   *
   * @return the handle, or -1 before the connection is there and after it was closed
   */
  public long handle() {
    PeerAccess connected = peer;
    return connected == null ? -1 : connected.handle();
  }

  /**
   * The process at the other end.
   *
   * @return its id, or -1 before the connection is there and where the system does not tell
   */
  public long peerProcessId() {
    PeerAccess connected = peer;
    return connected == null ? -1 : connected.processId();
  }

  /**
   * Finds out who is at the other end, the first time it is called, on a thread that may block. Any thread.
   *
   * @return a future completed with what the system tells, the same for all calls; it fails with a
   *     {@link java.nio.channels.ClosedChannelException} when this end was closed before
   * @throws NotYetConnectedException before the connection is there
   */
  public Future<PeerIdentity> peer() {
    return connectedPeer().identity();
  }

  /**
   * Runs code that may block in the name of the client, on a thread that is used for nothing else. Any thread.
   *
   * @param code runs with the rights of the client, also where it opens files or loads classes for the first time
   * @param <T> what it returns
   * @return a future completed with what the code returns or throws; it fails with a {@link NamedPipeException} when
   *     the client allows less than {@link ImpersonationLevel#IMPERSONATION}, and, where the client has not said what
   *     it allows, before anything it wrote has been read
   * @throws IllegalStateException on the client's end
   * @throws NotYetConnectedException before the connection is there
   */
  public <T> Future<T> runAsClient(Callable<T> code) {
    return connectedPeer().runAsClient(code);
  }
}
