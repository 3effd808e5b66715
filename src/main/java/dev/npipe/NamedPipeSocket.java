// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import dev.npipe.channel.CloseReason;
import dev.npipe.channel.PeerIdentity;
import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.StreamChannel;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Callable;

/**
 * One end of a connected named pipe: in each direction a stream of bytes, or, when both ends have set
 * {@link NamedPipeEndpointOptions#setMessageMode(boolean) messageMode}, messages.
 *
 * <p>In message mode the {@link #handler(Handler) handler} is given whole messages, one at a time, whatever their size,
 * and each {@link #write(Buffer) write} of a buffer that is not empty is one message.
 *
 * <p>Handlers run on the context that called {@code listen} or {@code connect}. Every method may be called by any
 * thread: writes of one thread keep their order, and a write that happens before another one, in whatever thread,
 * leaves before it. A write after a close fails at once with a {@link java.nio.channels.ClosedChannelException}.
 *
 * <p>The end of the connection, by whichever side, calls the {@link #endHandler(Handler) end handler}, after the last
 * buffer, and then the {@link #closeHandler(Handler) close handler}. On a paused socket the close handler does not wait
 * for what has not been fetched: the buffers that remain, and the end, come when the socket is resumed. A pipe of bytes
 * has no half closure: {@link #end()} closes both directions. In message mode it ends one direction where an empty
 * message {@link dev.npipe.channel.ZeroLengthMessages#END_OF_STREAM ends the stream}.
 */
@VertxGen
public interface NamedPipeSocket extends StreamChannel, MessageStream {

  /**
   * {@inheritDoc}
   *
   * <p>Called at most once with what ended the connection; the socket then closes. Before that, called with a
   * {@link dev.npipe.channel.MessageTooLongException} for each message that was discarded, where
   * {@link NamedPipeEndpointOptions#setOversizedMessages the options} say so.
   */
  @Fluent
  @Override
  NamedPipeSocket exceptionHandler(@Nullable Handler<Throwable> handler);

  /**
   * {@inheritDoc}
   *
   * <p>While there is none, what arrives is dropped, unless the socket is paused.
   */
  @Fluent
  @Override
  NamedPipeSocket handler(@Nullable Handler<Buffer> handler);

  @Fluent
  @Override
  NamedPipeSocket messageHandler(@Nullable Handler<Buffer> handler);

  /**
   * {@inheritDoc}
   *
   * <p>Reading stops, and with it the peer's writing once the pipe is full. While it has stopped, the end of the
   * connection shows by a failed write only; that closes the socket, and what the peer had written and was not read by
   * then is lost.
   */
  @Fluent
  @Override
  NamedPipeSocket pause();

  @Fluent
  @Override
  NamedPipeSocket resume();

  @Fluent
  @Override
  NamedPipeSocket fetch(long amount);

  @Fluent
  @Override
  NamedPipeSocket endHandler(@Nullable Handler<Void> endHandler);

  /**
   * {@inheritDoc}
   *
   * <p>A write beyond it is taken, and takes memory.
   *
   * @param maxSize in bytes, at least 1
   * @throws IllegalArgumentException when less than 1
   */
  @Fluent
  @Override
  NamedPipeSocket setWriteQueueMaxSize(int maxSize);

  /**
   * Whether as many bytes as the write queue may hold, or in message mode as many messages, or more, wait to be
   * written. Exact, in any thread: it counts what was written a moment ago. On a connection that takes no more writes
   * it says so too once a thousand have failed, so that who writes until the queue is full comes to an end.
   *
   * @return true when the writer should wait for the {@link #drainHandler(Handler) drain handler}
   */
  @Override
  boolean writeQueueFull();

  /**
   * {@inheritDoc}
   *
   * <p>Called when the queue was full and holds half of its size or less. Not called because writes have failed: who
   * waits for room that never comes is told by those, and by the {@link #closeHandler(Handler) close handler}.
   */
  @Fluent
  @Override
  NamedPipeSocket drainHandler(@Nullable Handler<Void> handler);

  /**
   * Writes a file, or a part of it, in its place among the other writes. The file is read on the event loop, so keep it
   * on a fast disk.
   *
   * @param filename the file, resolved as Vert.x resolves files
   * @param offset where to begin
   * @param length how much to send at most
   * @return a future completed when all of it has been written
   * @throws IllegalStateException when the pipe is in message mode
   */
  @Override
  Future<Void> sendFile(String filename, long offset, long length);

  /**
   * Calls {@link #close()}; but where an empty message {@link dev.npipe.channel.ZeroLengthMessages#END_OF_STREAM ends
   * the stream}, ends this side's stream only: waits until the peer has read everything, at most for the linger
   * timeout, and sends an empty message. With a linger timeout of zero the empty message follows at once. The peer may
   * go on; the connection is closed when it has ended its stream too. A second call gives the future of the first.
   *
   * @return a future completed when the connection is closed, or the end has been sent; it fails as that of
   *     {@link #close()}, or when the peer has not read everything in time, which closes the connection, or has left
   *     before, where what it wrote can still be read
   */
  @Override
  Future<Void> end();

  /**
   * Writes a last buffer and calls {@link #end()}.
   *
   * @param data the last buffer
   * @return a future completed as that of {@link #end()}; it fails when the buffer could not be written
   */
  @Override
  Future<Void> end(Buffer data);

  /**
   * Calls {@link #flush(Duration)} with 30 seconds.
   *
   * @return a future completed when the peer has read everything
   */
  default Future<Void> flush() {
    return flush(Duration.ofSeconds(30));
  }

  /**
   * Waits until the peer has read everything that was written before. A completed write says only that the peer can
   * read it. Nothing is blocked meanwhile, and reading and writing go on.
   *
   * <p>Fails with a {@link dev.npipe.channel.NamedPipeException} when the time is up ({@code WAIT_TIMEOUT}), or when
   * the peer has closed without having read everything; with a {@link java.nio.channels.ClosedChannelException} when
   * this side closes. Where the system cannot wait without a thread (Wine), four threads do it for all sockets of the
   * process; further ones wait for their turn.
   *
   * @param timeout how long to wait, more than zero
   * @return a future completed when the peer has read everything
   * @throws IllegalArgumentException when the timeout is not more than zero
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<Void> flush(Duration timeout);

  /**
   * Sets when the peer must have sent what is awaited. Unless it is set anew or taken back before, the connection ends
   * then, whatever has arrived: the read in the kernel is cancelled, the exception handler is given a
   * {@link dev.npipe.channel.NamedPipeException} with {@code WAIT_TIMEOUT}, and the reason of the close is
   * {@link CloseReason#TIMEOUT TIMEOUT}. What is still to be written is then lost. What has arrived is delivered, also
   * to a socket that is resumed later.
   *
   * @param timeout how long from now on; zero for no deadline
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when negative, or longer than 365 days
   */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  NamedPipeSocket readDeadline(Duration timeout);

  /**
   * Sets when the system must have taken what is written, before and after this call. Nothing happens if all of it is
   * taken then. Otherwise the connection ends as by a {@link #readDeadline(Duration) read deadline}: the write in the
   * kernel is cancelled, and the writes that are lost fail with the same exception.
   *
   * @param timeout how long from now on; zero for no deadline
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when negative, or longer than 365 days
   */
  @Fluent
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  NamedPipeSocket writeDeadline(Duration timeout);

  /**
   * Closes gracefully: everything written before is given to the kernel first, from where the peer can read it even
   * after the close. Should the peer make no room for it within the linger timeout, the rest is lost, the reason of the
   * close is {@link CloseReason#TIMEOUT}, and the future fails with an {@link UnsentBytesException} that says how much.
   *
   * @return a future completed when the connection is closed
   */
  @Override
  Future<Void> close();

  /**
   * How many bytes of what was written the system has not taken. Once the connection is closed, so much was lost: by an
   * {@link #abort()}, a timeout, or the end of the peer. The writes it has not taken count whole; of a stream the peer
   * may have read a part of the first of them. What an abort discards in the pipe is {@link #discardedBytes()}.
   *
   * @return the number of bytes
   */
  long unsentBytes();

  /**
   * How many bytes that the system had taken an {@link #abort()} of the server's end has discarded, unread.
   *
   * @return the number, 0 unless that has happened; nothing if the client had left, and where no system tells (as Wine)
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  OptionalLong discardedBytes();

  /**
   * Gives the {@link #shutdownHandler(Handler) shutdown handler} the time to end the conversation and close; without
   * one, closes now, and what was written before has as long to leave. When the time is up, the connection is closed
   * with the reason {@link CloseReason#TIMEOUT} and what is still to be written is lost.
   *
   * @param timeout how long to wait; zero closes now, gracefully
   * @return a future completed when the connection is closed; fails as that of {@link #close()}
   * @throws IllegalArgumentException when the timeout is negative
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<Void> shutdown(Duration timeout);

  /**
   * Closes at once: what is being written is cancelled, and on the server's end what the peer has not read discarded.
   *
   * @return a future completed when the connection is closed
   */
  Future<Void> abort();

  @Fluent
  @Override
  NamedPipeSocket closeHandler(@Nullable Handler<Void> handler);

  /**
   * Sets the handler that is told when the server, the client or this socket is shut down, and how long it has to close
   * the socket.
   *
   * @param handler the handler to set
   * @return a reference to this, so the API can be used fluently
   */
  @Fluent
  @Override
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  NamedPipeSocket shutdownHandler(@Nullable Handler<Duration> handler);

  /**
   * Why the connection ended.
   *
   * @return the reason, null while the connection is open
   */
  @Nullable CloseReason closeReason();

  /**
   * The name of the pipe, on both ends.
   *
   * @return the full path, such as {@code \\.\pipe\name}
   */
  String path();

  /**
   * The process at the other end. It says who opened the pipe, not who uses it now: a handle can be passed on, and the
   * id of a process that has ended is given to another. Do not base a permission on it.
   *
   * @return its id, -1 where the system does not tell
   */
  long peerProcessId();

  /**
   * Who is at the other end: process, session, user, and what else the system tells. It is found out when this is first
   * called, off the event loop, and once; what the system does not tell is absent. Ask early, while the peer is there:
   * what is known of a process that has ended is little.
   *
   * @return a future completed with the identity; it fails with a {@link java.nio.channels.ClosedChannelException} when
   *     this end was closed before it was first asked for
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<PeerIdentity> peer();

  /**
   * Runs code that may block in the name of the client, on a thread that is used for nothing else: no event loop, and
   * none of Vert.x's worker threads. Afterwards the thread acts for this process again, which is checked; if that fails
   * it ends. At most 20 run at once in a process; the next ones wait.
   *
   * <p>The code has the rights of the client and no others: the classes it uses for the first time are read from their
   * files in the client's name. What it starts on other threads runs in the name of this process.
   *
   * @param code the code
   * @param <T> what it returns
   * @return a future completed with what the code returns or throws; it fails with a
   *     {@link dev.npipe.channel.NamedPipeException} and without the code being run, with
   *     {@code ERROR_BAD_IMPERSONATION_LEVEL} when the client allows less than
   *     {@link dev.npipe.channel.ImpersonationLevel#IMPERSONATION IMPERSONATION}, with {@code ERROR_CANNOT_IMPERSONATE}
   *     when the client has not said what it allows and nothing it wrote has been read yet, with
   *     {@code ERROR_INVALID_HANDLE} when the socket is closed
   * @throws IllegalStateException on the client's end
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  <T> Future<T> runAsClient(Callable<T> code);
}
