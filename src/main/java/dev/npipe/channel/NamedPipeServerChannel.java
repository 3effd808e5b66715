// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.CompletionDriver;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeInstanceSpec;
import io.netty.channel.AbstractServerChannel;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A listening pipe. Runs on any event loop.
 *
 * <p>Several instances wait for clients at once, and the next one is created before a connected one is handed over, so
 * that the name is never without an owner (law 3). What one client did wrong never stops the listener.
 */
@SuppressWarnings("deprecation") // AbstractUnsafe hands out RecvByteBufAllocator.Handle, deprecated as it is
public final class NamedPipeServerChannel extends AbstractServerChannel {

  private enum Life { OPEN, LISTENING, CLOSED }

  private static final long RETRY_MILLIS = 50;

  private final PipeIo io;
  private final NamedPipeServerChannelConfig config;

  // Written by the event loop, read by any thread.
  private volatile Life life = Life.OPEN;
  private volatile NamedPipeAddress address;
  private volatile int lastArmError;

  // Counted by the event loops of the clients.
  private final AtomicInteger departures = new AtomicInteger();

  // Event loop only.
  private final Set<PipeInstance> pending = new LinkedHashSet<>();
  private final ArrayDeque<PipeInstance> connected = new ArrayDeque<>();
  private final List<PipeInstance> broken = new ArrayList<>();
  private PipeInstanceSpec spec;
  private LoopAttachment attachment;
  private boolean readPending;
  private boolean inReadLoop;
  private boolean retryScheduled;
  private boolean delivering;

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
    attachment = new LoopAttachment(eventLoop(), () -> unsafe().close(unsafe().voidPromise()));
    promise.setSuccess();
  }

  @Override
  protected void doDeregister() {
    attachment.detach();
  }

  @Override
  protected void doBind(SocketAddress localAddress) throws NamedPipeException {
    if (!(localAddress instanceof NamedPipeAddress)) {
      throw new IllegalArgumentException("Not the address of a pipe: " + localAddress);
    }
    NamedPipeAddress name = (NamedPipeAddress) localAddress;
    if (!name.isLocal()) {
      throw new IllegalArgumentException("A server can listen on this machine only, not on " + name);
    }
    spec = config.instanceSpec(name, io.kernel().currentUserSid());
    int error = arm(config.isFirstInstanceRequired());
    if (error != PipeErrors.SUCCESS) {
      throw NamedPipeException.listen(name, error);
    }
    address = name;
    life = Life.LISTENING;
    armPending();
  }

  /** Creates an instance and lets it wait for a client. */
  private int arm(boolean first) {
    CompletionDriver driver = io.driverOf(eventLoop());
    long created = driver.kernel().createInstance(spec, first);
    if (created <= 0) {
      return (int) -created;
    }
    PipeInstance instance = new PipeInstance(this, driver.own(created));
    int answer = driver.accept(instance.pipe(), instance, eventLoop());
    if (answer == PipeErrors.IO_PENDING) {
      pending.add(instance);
    } else if (instance.pipe().isAttached()) {
      // A client that was quicker than we, or one that has left again: known like all others, later.
      pending.add(instance);
      instance.completeLater(answer, 0);
    } else {
      instance.pipe().close();
      return answer;
    }
    return PipeErrors.SUCCESS;
  }

  /** Sees to it that as many instances wait as should. */
  private void armPending() {
    int error = PipeErrors.SUCCESS;
    int leftBefore = departures.get();
    while (isActive() && error == PipeErrors.SUCCESS && pending.size() < config.getPendingInstances()) {
      error = arm(false);
    }
    if (error == PipeErrors.SUCCESS) {
      lastArmError = error;
      return;
    }
    if (error != PipeErrors.PIPE_BUSY && error != lastArmError) {
      pipeline().fireExceptionCaught(NamedPipeException.of("accept", address, error));
    }
    lastArmError = error;
    if (error != PipeErrors.PIPE_BUSY || !config.isFirstInstanceRequired()) {
      retryLater();
    }
    // At the limit a client that leaves makes room, and calls this again; unless it left before it could see why.
    if (departures.get() != leftBefore) {
      eventLoop().execute(this::armPending);
    }
  }

  private void retryLater() {
    if (!retryScheduled && isActive()) {
      retryScheduled = true;
      eventLoop().schedule(() -> {
        retryScheduled = false;
        replaceBroken();
      }, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Arms first and closes after, for the name's sake; and once more if it was those that stood at the limit. */
  private void replaceBroken() {
    armPending();
    if (!broken.isEmpty()) {
      broken.forEach(instance -> instance.pipe().close());
      broken.clear();
      armPending();
    }
  }

  /** An instance's wait is over. */
  void accepted(PipeInstance instance, int error) {
    if (!isActive()) {
      pending.remove(instance);
      instance.pipe().close();
      return;
    }
    if (error == PipeErrors.SUCCESS || error == PipeErrors.PIPE_CONNECTED) {
      connected.add(instance);
      deliverSoon();
      return;
    }
    pending.remove(instance);
    broken.add(instance);
    if (isClientsFault(error)) {
      replaceBroken();
    } else {
      // Not at once: what is wrong with the system is likely to be wrong with the next instance too.
      retryLater();
      pipeline().fireExceptionCaught(NamedPipeException.of("accept", address, error));
    }
  }

  private static boolean isClientsFault(int error) {
    return error == PipeErrors.NO_DATA || PipeErrors.isEndOfStream(error);
  }

  @Override
  protected void doBeginRead() {
    if (!readPending) {
      readPending = true;
      deliverSoon();
    }
  }

  void clearReadPending() {
    if (!isRegistered()) {
      return;
    }
    if (eventLoop().inEventLoop()) {
      clearReadPendingOnLoop();
    } else {
      eventLoop().execute(this::clearReadPendingOnLoop);
    }
  }

  private void clearReadPendingOnLoop() {
    if (!config.isAutoRead()) {
      readPending = false;
    }
  }

  /** After the completions at hand, so that clients that came together are handed over together. */
  private void deliverSoon() {
    if (readPending && !inReadLoop && !delivering && !connected.isEmpty()) {
      delivering = true;
      eventLoop().execute(this::deliver);
    }
  }

  private void deliver() {
    delivering = false;
    if (!readPending || !isActive() || connected.isEmpty()) {
      return;
    }
    RecvByteBufAllocator.Handle allocHandle = unsafe().recvBufAllocHandle();
    allocHandle.reset(config);
    inReadLoop = true;
    try {
      do {
        handOver(connected.poll(), allocHandle);
      } while (isActive() && !connected.isEmpty() && allocHandle.continueReading());
      allocHandle.readComplete();
      pipeline().fireChannelReadComplete();
    } finally {
      inReadLoop = false;
    }
    deliverSoon();
  }

  private void handOver(PipeInstance instance, RecvByteBufAllocator.Handle allocHandle) {
    pending.remove(instance);
    armPending();
    readPending = false;
    NamedPipeChannel child;
    try {
      child = new NamedPipeChannel(this, io, instance.pipe());
    } catch (RuntimeException e) {
      instance.pipe().close();
      clientLeft();
      pipeline().fireExceptionCaught(e);
      return;
    }
    // As many attempted as read: only then does the handle let the next one be handed over in the same loop.
    allocHandle.attemptedBytesRead(1);
    allocHandle.lastBytesRead(1);
    allocHandle.incMessagesRead(1);
    pipeline().fireChannelRead(child);
  }

  /** A client's handle is closed, and its instance gone. Any thread. */
  void clientLeft() {
    departures.incrementAndGet();
    try {
      if (isActive() && lastArmError != PipeErrors.SUCCESS) {
        eventLoop().execute(this::armPending);
      }
    } catch (RejectedExecutionException terminated) {
      // So has this listener.
    }
  }

  @Override
  protected void doClose() {
    life = Life.CLOSED;
    for (PipeInstance instance : pending) {
      instance.pipe().cancel(instance);
      instance.pipe().close();
    }
    pending.clear();
    connected.clear();
    broken.forEach(instance -> instance.pipe().close());
    broken.clear();
  }
}
