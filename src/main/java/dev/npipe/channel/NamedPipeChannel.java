// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.CompletionDriver;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeHandle;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.util.internal.StringUtil;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One end of a connected pipe, in byte mode. Runs on any event loop.
 *
 * <p>{@link #close()} waits for the write that is in the kernel, as long as the linger time, and only then closes the
 * handle, which leaves what was written readable by the peer; messages that had not reached the kernel fail. There is no
 * half closure: a pipe in byte mode has none.
 */
public final class NamedPipeChannel extends AbstractChannel {

  private enum Life { OPEN, CONNECTED, CLOSING, CLOSED }

  private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

  private final PipeIo io;
  private final NamedPipeChannelConfig config;
  private final Runnable flushTask = () -> unsafe().resumeFlush();

  // Written by the event loop, read by any thread.
  private volatile Life life = Life.OPEN;
  private volatile NamedPipeAddress address;
  private volatile CloseReason closeReason;
  private volatile long peerProcessId = -1;

  // Event loop only.
  private PipeHandle handle;
  private PipeReader reader;
  private PipeWriter writer;
  private LoopAttachment attachment;
  private DelayedClose delayedClose;
  private boolean hasty;
  private boolean readRequested;
  private IOException outputFailure;

  /**
   * Creates the client's end of a pipe, to be connected.
   *
   * @throws UnsupportedOperationException where there are no named pipes
   */
  public NamedPipeChannel() {
    this(PipeIo.shared());
  }

  NamedPipeChannel(PipeIo io) {
    super(null);
    this.io = io;
    this.config = new NamedPipeChannelConfig(this);
  }

  /** The server's end, accepted already. */
  NamedPipeChannel(NamedPipeServerChannel parent, PipeIo io, PipeHandle accepted) {
    super(parent);
    this.io = io;
    this.config = new NamedPipeChannelConfig(this);
    this.address = parent.localAddress();
    adopt(accepted);
    life = Life.CONNECTED;
  }

  private void adopt(PipeHandle opened) {
    handle = opened;
    reader = new PipeReader(this, opened);
    writer = new PipeWriter(this, opened);
    peerProcessId = opened.peerProcessId(parent() != null);
  }

  @Override
  public NamedPipeServerChannel parent() {
    return (NamedPipeServerChannel) super.parent();
  }

  @Override
  public NamedPipeChannelConfig config() {
    return config;
  }

  @Override
  public NamedPipeAddress localAddress() {
    return address;
  }

  @Override
  public NamedPipeAddress remoteAddress() {
    return address;
  }

  @Override
  protected SocketAddress localAddress0() {
    return address;
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return address;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  @Override
  public boolean isOpen() {
    return life != Life.CLOSED;
  }

  @Override
  public boolean isActive() {
    Life now = life;
    return now == Life.CONNECTED || now == Life.CLOSING;
  }

  boolean isClosing() {
    return life == Life.CLOSING || life == Life.CLOSED;
  }

  /**
   * Why the connection ended.
   *
   * @return the reason, null while it has none
   */
  public CloseReason closeReason() {
    return closeReason;
  }

  /**
   * The process at the other end.
   *
   * @return its id, or -1 before the connection is there and where the system does not tell
   */
  public long peerProcessId() {
    return peerProcessId;
  }

  /**
   * Closes at once, from any thread: what is in the kernel is cancelled, what the peer has not read is discarded where
   * this is the server's end.
   *
   * @return the future of the close
   */
  public ChannelFuture abort() {
    return close(CloseReason.ABORTED);
  }

  /**
   * Closes for a reason that only the caller knows, from any thread. {@link CloseReason#ABORTED} and
   * {@link CloseReason#TIMEOUT} do not wait for the write in the kernel.
   *
   * @param reason what {@link #closeReason()} is to say, unless the connection has ended already
   * @return the future of the close
   */
  public ChannelFuture close(CloseReason reason) {
    ChannelPromise promise = newPromise();
    if (eventLoop().inEventLoop()) {
      close(reason, promise);
    } else {
      eventLoop().execute(() -> close(reason, promise));
    }
    return promise;
  }

  private void close(CloseReason reason, ChannelPromise promise) {
    if (reason == CloseReason.ABORTED && isOpen()) {
      closeReason = reason;
    }
    endedBy(reason);
    hasty |= reason == CloseReason.ABORTED || reason == CloseReason.TIMEOUT;
    unsafe().close(promise);
  }

  private void endedBy(CloseReason reason) {
    if (closeReason == null) {
      closeReason = reason;
    }
  }

  @Override
  public PipeUnsafe unsafe() {
    return (PipeUnsafe) super.unsafe();
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new PipeUnsafe();
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected void doRegister(ChannelPromise promise) {
    attachment = new LoopAttachment(eventLoop(), () -> unsafe().closeNow());
    if (handle != null) {
      int error = io.driverOf(eventLoop()).attach(handle, eventLoop());
      if (error != PipeErrors.SUCCESS) {
        attachment.detach();
        promise.setFailure(NamedPipeException.of("register", address, error));
        return;
      }
    }
    promise.setSuccess();
  }

  @Override
  protected void doDeregister() {
    attachment.detach();
  }

  @Override
  protected void doBind(SocketAddress localAddress) {
    throw new UnsupportedOperationException("A client of a pipe has no address of its own to bind");
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  protected void doClose() {
    life = Life.CLOSED;
    endedBy(CloseReason.LOCAL);
    unsafe().connecting.cancel(new ClosedChannelException());
    if (handle == null) {
      return;
    }
    reader.close();
    if (writer.isWriting()) {
      handle.cancel(writer);
    }
    if (closeReason == CloseReason.ABORTED && parent() != null) {
      handle.disconnect();
    }
    handle.close();
  }

  @Override
  protected void doBeginRead() {
    if (reader == null) {
      readRequested = true;
    } else {
      reader.beginRead();
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
    if (reader != null && !config.isAutoRead()) {
      reader.clearReadPending();
    }
  }

  /** No more can be read: the peer is gone, or reading has failed. */
  void readEnded(int error) {
    if (!PipeErrors.isEndOfStream(error)) {
      endedBy(CloseReason.ERROR);
      pipeline().fireExceptionCaught(NamedPipeException.of("read", address, error));
    } else {
      endedBy(reasonOf(error));
    }
    unsafe().close(unsafe().voidPromise());
  }

  private static CloseReason reasonOf(int error) {
    switch (error) {
      case PipeErrors.BROKEN_PIPE:
      case PipeErrors.NO_DATA:
      case PipeErrors.HANDLE_EOF:
        return CloseReason.PEER_CLOSED;
      case PipeErrors.PIPE_NOT_CONNECTED:
        return CloseReason.PEER_DISCONNECTED;
      default:
        return CloseReason.ERROR;
    }
  }

  @Override
  protected Object filterOutboundMessage(Object message) throws IOException {
    if (outputFailure != null) {
      throw outputFailure;
    }
    if (isClosing()) {
      throw new ClosedChannelException();
    }
    if (message instanceof ByteBuf) {
      return message;
    }
    throw new UnsupportedOperationException(
        "A pipe carries ByteBuf only, not " + StringUtil.simpleClassName(message));
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer in) {
    int error = writer.write(in, config.getWriteSpinCount());
    if (error != PipeErrors.SUCCESS) {
      writeFailed(error);
    }
  }

  void flushLater() {
    eventLoop().execute(flushTask);
  }

  /** The write in the kernel has come back; its bytes are off the outbound buffer if it went well. */
  void writeCompleted(int error) {
    if (delayedClose != null) {
      if (error == PipeErrors.SUCCESS || error == PipeErrors.OPERATION_ABORTED) {
        unsafe().closeNow();
      } else {
        endedBy(reasonOf(error));
        unsafe().failOutput(NamedPipeException.of("write", address, error));
        unsafe().closeNow();
      }
    } else if (error != PipeErrors.SUCCESS) {
      if (isOpen()) {
        writeFailed(error);
      }
    } else {
      unsafe().resumeFlush();
    }
  }

  private void writeFailed(int error) {
    NamedPipeException failure = NamedPipeException.of("write", address, error);
    outputFailure = failure;
    if (reasonOf(error) != CloseReason.ERROR && config.isAutoRead()) {
      // The peer is gone, but what it wrote before is still there to be read, and then the end of the stream, which
      // closes the channel. Closing now would lose it.
      unsafe().failOutput(failure);
      return;
    }
    endedBy(reasonOf(error));
    unsafe().failAndClose(failure);
  }

  /** What the transport may do to this channel. */
  final class PipeUnsafe extends AbstractUnsafe {

    private final PipeConnect connecting = new PipeConnect(NamedPipeChannel.this, io);

    @Override
    public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
      if (promise.isDone() || !ensureOpen(promise)) {
        return;
      }
      if (isActive()) {
        safeSetFailure(promise, new AlreadyConnectedException());
      } else {
        connecting.start(remote, promise);
      }
    }

    /** The pipe is open: from here on it reads and writes. */
    void connected(long opened, NamedPipeAddress remote, ChannelPromise promise) {
      CompletionDriver driver = io.driverOf(eventLoop());
      PipeHandle owned = driver.own(opened);
      adopt(owned);
      int error = driver.attach(owned, eventLoop());
      if (error != PipeErrors.SUCCESS) {
        connectFailed(NamedPipeException.connect(remote, error), promise);
        return;
      }
      address = remote;
      life = Life.CONNECTED;
      boolean wanted = promise.trySuccess();
      pipeline().fireChannelActive();
      if (readRequested && isActive()) {
        reader.beginRead();
      }
      if (!wanted) {
        close(voidPromise());
      }
    }

    void connectFailed(Throwable cause, ChannelPromise promise) {
      endedBy(CloseReason.ERROR);
      promise.tryFailure(cause);
      closeIfClosed();
      close(voidPromise());
    }

    @Override
    public void close(ChannelPromise promise) {
      ClosedChannelException cause = new ClosedChannelException();
      close(promise, cause, cause);
    }

    @Override
    protected void close(ChannelPromise promise, Throwable cause, ClosedChannelException closeCause) {
      if (delayedClose != null) {
        delayedClose.join(promise);
        if (hasty) {
          closeNow();
        }
        return;
      }
      Duration linger = config.getLinger();
      if (life == Life.CONNECTED && writer.isWriting() && !hasty && !linger.isZero()) {
        endedBy(CloseReason.LOCAL);
        life = Life.CLOSING;
        reader.close();
        delayedClose = new DelayedClose(promise.isVoid() ? newPromise() : promise, cause, closeCause,
            eventLoop().schedule(this::lingerExpired, linger.toNanos(), TimeUnit.NANOSECONDS));
        return;
      }
      super.close(promise, cause, closeCause);
    }

    private void lingerExpired() {
      if (delayedClose != null && isOpen()) {
        closeReason = CloseReason.TIMEOUT;
        closeNow();
      }
    }

    /** Closes without waiting any longer; the memory of what is in the kernel is released by its packets. */
    void closeNow() {
      DelayedClose delayed = delayedClose;
      if (delayed == null) {
        hasty = true;
        close(voidPromise());
      } else {
        delayedClose = null;
        delayed.timer().cancel(false);
        super.close(delayed.promise(), delayed.cause(), delayed.closeCause());
      }
    }

    void failOutput(IOException failure) {
      ChannelOutboundBuffer in = outboundBuffer();
      while (in != null && in.remove(failure)) {
        // Every flushed message shares the fate of the one that failed.
        continue;
      }
    }

    void failAndClose(IOException failure) {
      failOutput(failure);
      close(voidPromise(), failure, new ClosedChannelException());
    }

    @Override
    protected void flush0() {
      if (writer == null || !writer.isWriting()) {
        super.flush0();
      }
    }

    void resumeFlush() {
      flush0();
    }
  }
}
