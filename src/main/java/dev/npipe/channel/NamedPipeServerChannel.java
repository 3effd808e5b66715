// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.CompletionDriver;
import dev.npipe.iocp.PipeErrors;
import io.netty.channel.AbstractServerChannel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import java.net.SocketAddress;
import java.nio.channels.AlreadyBoundException;
import java.util.ArrayDeque;

/**
 * A listening pipe. Runs on any event loop.
 *
 * <p>Several instances wait for clients at once, and the next one is created before a connected one is handed over, so
 * that the name is never without an owner (law 3).
 */
@SuppressWarnings("deprecation") // AbstractUnsafe hands out RecvByteBufAllocator.Handle, deprecated as it is
public final class NamedPipeServerChannel extends AbstractServerChannel {

  private enum Life { OPEN, LISTENING, CLOSED }

  private final PipeIo io;
  private final NamedPipeServerChannelConfig config;

  // Written by the event loop, read by any thread.
  private volatile Life life = Life.OPEN;
  private volatile NamedPipeAddress address;

  // Any thread.
  private final AcceptCounters counters = new AcceptCounters();
  private final Arrivals arrivals = new Arrivals(this);

  // Event loop only.
  private final HomeLoop home = new HomeLoop();
  private final PendingInstances instances;
  private final ArrayDeque<PipeInstance> connected = new ArrayDeque<>();
  private LoopRegistration registration;
  private boolean readPending;
  private boolean inReadLoop;
  private boolean delivering;
  private boolean binding;

  /**
   * Creates a server channel, to be bound to a {@link NamedPipeAddress}.
   *
   * @throws UnsupportedOperationException where there are no named pipes
   */
  public NamedPipeServerChannel() {
    this(PipeIo.shared());
  }

  NamedPipeServerChannel(PipeIo io) {
    this.io = io;
    this.config = new NamedPipeServerChannelConfig(this);
    this.instances = new PendingInstances(this, counters);
  }

  @Override
  public NamedPipeServerChannelConfig config() {
    return config;
  }

  @Override
  public NamedPipeAddress localAddress() {
    return address;
  }

  @Override
  protected SocketAddress localAddress0() {
    return address;
  }

  @Override
  public boolean isOpen() {
    return life != Life.CLOSED;
  }

  @Override
  public boolean isActive() {
    return life == Life.LISTENING;
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected void doRegister(ChannelPromise promise) {
    LoopRegistration.register(eventLoop(), io, () -> unsafe().close(unsafe().voidPromise()), made -> {
      registration = made;
      home.enter(eventLoop());
      arrivals.changeLoop();
      if (isActive()) {
        home.execute(instances::replaceBroken);
      }
      return null;
    }, promise);
  }

  /** What waits for clients here ends its wait, and is replaced by what waits on the next event loop. */
  @Override
  protected void doDeregister() {
    home.leave();
    instances.leaveLoop();
    registration.cancel();
  }

  HomeLoop home() {
    return home;
  }

  @Override
  public ChannelFuture bind(SocketAddress localAddress) {
    return bind(localAddress, newPromise());
  }

  /** As for all channels; a name that this process has just left, and clients may still hold, is tried for a while. */
  @Override
  public ChannelFuture bind(SocketAddress localAddress, ChannelPromise promise) {
    if (promise.isVoid() || !promise.setUncancellable()) {
      return bindOnce(localAddress, promise);
    }
    new PatientBind(this, io.recentNames(), localAddress, promise).attempt();
    return promise;
  }

  /** Netty's own, which says what is wrong with a promise that it does not take. */
  ChannelFuture bindOnce(SocketAddress localAddress, ChannelPromise promise) {
    return super.bind(localAddress, promise);
  }

  @Override
  protected void doBind(SocketAddress localAddress) throws NamedPipeException {
    if (isActive()) {
      throw new AlreadyBoundException();
    }
    if (!(localAddress instanceof NamedPipeAddress)) {
      throw new IllegalArgumentException("Not the address of a pipe: " + localAddress);
    }
    NamedPipeAddress name = (NamedPipeAddress) localAddress;
    if (!name.isLocal()) {
      throw new IllegalArgumentException("A server can listen on this machine only, not on " + name);
    }
    int error = instances.armFirst(config.instanceSpec(name, io.kernel()));
    if (error != PipeErrors.SUCCESS) {
      throw NamedPipeException.listen(name, error);
    }
    address = name;
    life = Life.LISTENING;
    binding = true;
    int others = instances.armPending();
    binding = false;
    if (others == PipeErrors.ACCESS_DENIED) {
      life = Life.OPEN;
      instances.close();
      throw NamedPipeException.noSecondInstance(name, others);
    }
  }

  /** The driver of the listener's event loop. */
  CompletionDriver driver() {
    return registration.driver();
  }

  /** An instance's wait is over. */
  void accepted(PipeInstance instance, int error) {
    if (!isActive() || registration.endsWithLoop()) {
      instances.discard(instance);
    } else if (!instance.pipe().isOpen()) {
      instances.replaceLost(instance);
    } else if (error == PipeErrors.SUCCESS || error == PipeErrors.PIPE_CONNECTED) {
      arrived(instance);
    } else if (!instance.isWanted() && error == PipeErrors.OPERATION_ABORTED) {
      if (instance.isMoving() ? instances.waitsNoMore(instance) : instances.keepsClient(instance)) {
        arrived(instance);
      }
    } else if (PendingInstances.isClientGone(error) && instances.hasLastWords(instance)) {
      arrived(instance);
    } else {
      instances.replace(instance, error);
    }
  }

  private void arrived(PipeInstance instance) {
    instance.hasClient(io.kernel().identity().systemTime());
    connected.add(instance);
    if (readPending && hasRoomForOne() && connected.size() >= instances.count()) {
      counters.exhaustions.increment();
      instances.exhausted();
    }
    deliverSoon();
  }

  /** Whether one more client may be connected. */
  private boolean hasRoomForOne() {
    return counters.connections.get() < config.getMaxConnections();
  }

  /** Whether it may be handed over now. */
  private boolean hasRoom() {
    return hasRoomForOne() && arrivals.leaveRoom();
  }

  /** Clients cannot be let in for now. */
  void acceptFailed(int error, Throwable cause) {
    if (binding && error == PipeErrors.ACCESS_DENIED) {
      // The bind fails with it.
      return;
    }
    counters.errors.increment();
    pipeline().fireExceptionCaught(NamedPipeException.of("accept", address, error, cause));
  }

  @Override
  protected void doBeginRead() {
    if (!readPending) {
      readPending = true;
      deliverSoon();
    }
  }

  void clearReadPending() {
    if (isRegistered() && eventLoop().inEventLoop()) {
      clearReadPendingOnLoop();
    } else if (isRegistered()) {
      eventLoop().execute(this::clearReadPendingOnLoop);
    }
  }

  private void clearReadPendingOnLoop() {
    if (!config.isAutoRead()) {
      readPending = false;
    }
  }

  /** After the completions at hand, so that clients that came together are handed over together. */
  void deliverSoon() {
    if (readPending && !inReadLoop && !delivering && !connected.isEmpty() && hasRoom()) {
      delivering = true;
      home.execute(this::deliver);
    }
  }

  private void deliver() {
    delivering = false;
    if (!readPending || !isActive() || connected.isEmpty() || !hasRoom()) {
      return;
    }
    RecvByteBufAllocator.Handle allocHandle = unsafe().recvBufAllocHandle();
    allocHandle.reset(config);
    inReadLoop = true;
    try {
      do {
        handOver(connected.poll(), allocHandle);
      } while (isActive() && !connected.isEmpty() && hasRoom() && allocHandle.continueReading());
    } finally {
      // Also when one could not be handed over: without it nobody would ask for the next.
      allocHandle.readComplete();
      pipeline().fireChannelReadComplete();
      inReadLoop = false;
      deliverSoon();
    }
  }

  private void handOver(PipeInstance instance, RecvByteBufAllocator.Handle allocHandle) {
    counters.connections.incrementAndGet();
    counters.accepted.increment();
    instances.taken(instance);
    readPending = false;
    NamedPipeChannel child;
    try {
      child = new NamedPipeChannel(this, io, instance);
    } catch (RuntimeException | Error e) {
      // First, because an instance whose client knows of nothing is not free before that closes its end.
      instance.pipe().disconnect();
      instance.pipe().close();
      clientLeft();
      pipeline().fireExceptionCaught(e);
      return;
    }
    // As many attempted as read: only then does the handle let the next one be handed over in the same loop.
    allocHandle.attemptedBytesRead(1);
    allocHandle.lastBytesRead(1);
    allocHandle.incMessagesRead(1);
    arrivals.send(child);
  }

  /** A client's handle is closed, and its instance gone. Any thread. */
  void clientLeft() {
    counters.connections.decrementAndGet();
    instances.clientLeft();
    if (isActive() && config.getMaxConnections() != NamedPipeServerChannelConfig.UNLIMITED_CONNECTIONS) {
      home.execute(this::deliverSoon);
    }
  }

  /**
   * What has come and gone so far. Any thread.
   *
   * @return the counts, of a moment that is not the same for all of them
   */
  public AcceptCounts acceptCounts() {
    return counters.snapshot();
  }

  @Override
  protected void doClose() {
    if (isActive()) {
      io.recentNames().left(address, eventLoop().ticker().nanoTime());
    }
    life = Life.CLOSED;
    connected.clear();
    instances.close();
  }
}
