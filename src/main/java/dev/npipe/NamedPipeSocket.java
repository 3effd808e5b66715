// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import dev.npipe.channel.CloseReason;
import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.StreamChannel;
import java.time.Duration;

/**
 * One end of a connected named pipe: a stream of bytes in each direction.
 *
 * <p>Handlers run on the context that called {@code listen} or {@code connect}. Every method may be called by any
 * thread: writes of one thread keep their order, and a write that happens before another one, in whatever thread,
 * leaves before it. A write after a close fails at once with a {@link java.nio.channels.ClosedChannelException}.
 *
 * <p>The end of the connection, by whichever side, calls the {@link #endHandler(Handler) end handler}, after the last
 * buffer, and then the {@link #closeHandler(Handler) close handler}. On a paused socket the close handler does not wait
 * for what has not been fetched: the buffers that remain, and the end, come when the socket is resumed. A pipe has no
 * half closure: {@link #end()} closes both directions.
 */
@VertxGen
public interface NamedPipeSocket extends StreamChannel {

  /**
   * {@inheritDoc}
   *
   * <p>Called at most once, with what ended the connection; the socket then closes.
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

  /**
   * {@inheritDoc}
   *
   * <p>Reading stops, and with it the peer's writing once the pipe is full. While it has stopped, the end of the
   * connection shows by a failed write only.
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
   * Whether as many bytes as the write queue may hold, or more, wait to be written. Exact, in any thread: it counts
   * what was written a moment ago.
   *
   * @return true when the writer should wait for the {@link #drainHandler(Handler) drain handler}
   */
  @Override
  boolean writeQueueFull();

  /**
   * {@inheritDoc}
   *
   * <p>Called when the queue was full and holds half of its size or less.
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
   */
  @Override
  Future<Void> sendFile(String filename, long offset, long length);

  /**
   * Calls {@link #close()}.
   *
   * @return a future completed when the connection is closed
   */
  @Override
  Future<Void> end();

  /**
   * Writes a last buffer and closes.
   *
   * @param data the last buffer
   * @return a future completed when the connection is closed; it fails when the buffer could not be written
   */
  @Override
  Future<Void> end(Buffer data);

  /**
   * Closes gracefully: everything written before is given to the kernel first, from where the peer can read it even
   * after the close. Should the peer make no room for it within the linger timeout, the rest is lost and the reason of
   * the close is {@link CloseReason#TIMEOUT}.
   *
   * @return a future completed when the connection is closed
   */
  @Override
  Future<Void> close();

  /**
   * Gives the {@link #shutdownHandler(Handler) shutdown handler} the time to end the conversation and close; without
   * one, closes now. When the time is up, the connection is closed with the reason {@link CloseReason#TIMEOUT} and what
   * is still to be written is lost.
   *
   * @param timeout how long to wait; zero closes now, gracefully
   * @return a future completed when the connection is closed
   * @throws IllegalArgumentException when the timeout is negative
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<Void> shutdown(Duration timeout);

  /**
   * Closes at once: what is being written is cancelled, and on the server's end what the peer has not read is
   * discarded.
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
}
