// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.CompletionDriver;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeHandle;
import io.netty.channel.ChannelPromise;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.AlreadyConnectedException;
import java.time.Duration;

/**
 * One end of a connected pipe: a stream of bytes, or messages. Runs on any event loop.
 *
 * <p>{@link #close()} waits for the write that is in the kernel and for the rest of a message that is begun, as long as
 * the linger time and the event loop last, and only then closes the handle: what was written stays readable. Messages
 * not begun fail. Only {@link ZeroLengthMessages#END_OF_STREAM} makes a half closure, of an empty message.
 *
 * <p>In message mode a {@link io.netty.buffer.ByteBuf} that is read is one message; each that is written, if it is not
 * empty, and each {@link PipeMessage}, is sent as one.
 */
public final class NamedPipeChannel extends WritingChannel {

  private final PipeIo io;
  private final NamedPipeChannelConfig config;
  private final PipeConnect connecting;
  private final boolean serverEnd;
  private final boolean readable;

  // Written by the event loop, read by any thread.
  private volatile NamedPipeAddress address;
  private volatile boolean messageMode;

  // Event loop only.
  private PipeHandle handle;
  private PipeReader reader;
  private LoopRegistration registration;
  private boolean attached;
  private boolean readRequested;

  /**
   * Creates the client's end of a pipe, to be connected.
   *
   * @throws UnsupportedOperationException where there are no named pipes
   */
  public NamedPipeChannel() {
    this(PipeIo.shared());
  }

  NamedPipeChannel(PipeIo io) {
    super(null, Life.OPEN);
    this.io = io;
    this.serverEnd = false;
    this.readable = true;
    this.config = new NamedPipeChannelConfig(this);
    this.connecting = new PipeConnect(this, io);
  }

  /** The server's end, accepted already. */
  NamedPipeChannel(NamedPipeServerChannel parent, PipeIo io, PipeInstance accepted) {
    super(parent, Life.CONNECTED);
    this.io = io;
    this.serverEnd = true;
    this.readable = true;
    this.config = new NamedPipeChannelConfig(this);
    this.connecting = new PipeConnect(this, io);
    this.address = parent.localAddress();
    adopt(accepted.pipe(), address, accepted.clientSince());
  }

  /** An end that somebody else has opened. */
  NamedPipeChannel(PipeIo io, PipeHandle opened, NamedPipeAddress address, boolean serverEnd, boolean readable) {
    super(null, Life.CONNECTED);
    this.io = io;
    this.serverEnd = serverEnd;
    this.readable = readable;
    this.config = new NamedPipeChannelConfig(this);
    this.connecting = new PipeConnect(this, io);
    this.address = address;
    adopt(opened, address, PeerAccess.LONG_AGO);
  }

  /** Whether this is the server's end of the pipe. */
  boolean isServerEnd() {
    return serverEnd;
  }

  private void adopt(PipeHandle opened, NamedPipeAddress pipe, long connectedAt) {
    handle = opened;
    messageMode = opened.isMessageMode();
    reader = messageMode ? new MessageReader(this, opened) : new StreamReader(this, opened);
    writeWith(messageMode ? new MessageWriter(this, opened) : new StreamWriter(this, opened, pipe), opened, io);
    connectedTo(opened, io, serverEnd || pipe.isLocal(), connectedAt);
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
  protected NamedPipeAddress localAddress0() {
    return address;
  }

  @Override
  protected NamedPipeAddress remoteAddress0() {
    return address;
  }

  @Override
  public boolean isMessageMode() {
    return messageMode;
  }

  @SuppressWarnings("exports") // for this package; others have Netty's view of it
  @Override
  public PipeUnsafe unsafe() {
    return (PipeUnsafe) super.unsafe();
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new PipeUnsafe();
  }

  @Override
  protected void doRegister(ChannelPromise promise) {
    LoopRegistration.register(eventLoop(), io, () -> unsafe().closeNow(), this::registered, promise);
  }

  private Throwable registered(LoopRegistration made) {
    registration = made;
    int error = handle == null ? PipeErrors.SUCCESS : made.driver().attach(handle, eventLoop());
    attached |= error == PipeErrors.SUCCESS;
    arrivedOnLoop();
    return error == PipeErrors.SUCCESS ? null : NamedPipeException.of("register", address, error);
  }

  @Override
  protected void doDeregister() {
    registration.cancel();
    connecting.leaveLoop();
    if (handle != null) {
      handle.leaveLoop();
    }
  }

  @Override
  protected void doBind(SocketAddress localAddress) {
    throw new UnsupportedOperationException("A client of a pipe has no address of its own to bind");
  }

  @Override
  Duration linger() {
    return config.getLinger();
  }

  @Override
  boolean isReadable() {
    return readable;
  }

  @Override
  void stopReading() {
    reader.close();
  }

  @Override
  void release() {
    closedOnItsWay();
    connecting.cancel();
    if (handle == null) {
      return;
    }
    if (reader != null) {
      reader.close();
    }
    releaseOutput();
    if (serverEnd && closeReason() == CloseReason.ABORTED || parent() != null && !attached) {
      // Who came and was never served is told so at once, and its instance is free. Not so the peer of an adopted
      // handle, for whom its former owner may have written something.
      disconnectClient();
    }
    handle.close();
  }

  @Override
  protected void doBeginRead() {
    if (reader == null) {
      readRequested = true;
    } else if (readable) {
      reader.beginRead();
    }
  }

  void clearReadPending() {
    if (isRegistered() && eventLoop().inEventLoop()) {
      clearReadPendingOnLoop();
    } else if (isRegistered()) {
      execute(this::clearReadPendingOnLoop, NOTHING);
    }
  }

  private void clearReadPendingOnLoop() {
    // Unless it was turned on again before this ran.
    if (reader != null && !config.isAutoRead()) {
      reader.clearReadPending();
      if (outputFailure() != null) {
        // The peer is gone, and nobody reads on to the end that would close this.
        unsafe().close(unsafe().voidPromise());
      }
    }
  }

  /** What was read cannot be delivered. */
  void readFailed(IOException cause) {
    endedBy(CloseReason.ERROR);
    pipeline().fireExceptionCaught(cause);
    unsafe().close(unsafe().voidPromise());
  }

  /** No more can be read: the peer is gone, or reading has failed. */
  void readEnded(int error, Throwable cause) {
    endedBy(CloseReason.ofRead(error));
    if (!PipeErrors.isEndOfStream(error)) {
      pipeline().fireExceptionCaught(NamedPipeException.of("read", address, error, cause));
    }
    unsafe().close(unsafe().voidPromise());
  }

  /** The driver of the channel's event loop. */
  CompletionDriver driver() {
    return registration.driver();
  }

  @Override
  boolean endsWithLoop() {
    if (!registration.endsWithLoop()) {
      return false;
    }
    unsafe().closeNow();
    return true;
  }

  /** What the transport may do to this channel. */
  final class PipeUnsafe extends LingeringUnsafe {

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
      int error;
      try {
        handle = driver().own(opened);
        handle.closesOn(io.threads().closer(remote));
        if (config.isMessageMode()) {
          handle.readsMessages();
        }
        adopt(handle, remote, io.kernel().identity().systemTime());
        error = driver().attach(handle, eventLoop());
      } catch (RuntimeException | Error e) {
        // No thread or no memory for it: whoever connects must be told.
        connectFailed(e, promise);
        return;
      }
      if (error != PipeErrors.SUCCESS) {
        connectFailed(NamedPipeException.connect(remote, error), promise);
        return;
      }
      address = remote;
      NamedPipeChannel.this.connected();
      boolean wanted = promise.trySuccess();
      pipeline().fireChannelActive();
      if (!wanted) {
        close(voidPromise());
      } else if (readRequested && isActive()) {
        reader.beginRead();
      }
    }

    void connectFailed(Throwable cause, ChannelPromise promise) {
      endedBy(CloseReason.ERROR);
      promise.tryFailure(cause);
      close(voidPromise());
    }
  }
}
