// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import dev.npipe.channel.NamedPipeException;
import dev.npipe.channel.PipeIo;
import dev.npipe.channel.PipeListing;
import dev.npipe.impl.PipeAdoption;
import dev.npipe.impl.PipePairs;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;

/**
 * Tells whether there are named pipes here, and which, and makes sockets without a server or a client.
 *
 * <p>Servers and clients can be created anywhere; where there are no named pipes, {@code listen} and {@code connect}
 * fail with the {@link #unavailabilityCause() cause}.
 */
@VertxGen
public interface NamedPipes {

  /**
   * Whether this operating system and this JVM have named pipes.
   *
   * @return true on 64-bit Windows
   */
  static boolean isAvailable() {
    return PipeIo.isAvailable();
  }

  /**
   * Throws where there are no named pipes.
   *
   * @throws UnsupportedOperationException saying why, and what to do
   */
  static void ensureAvailable() {
    PipeIo.ensureAvailable();
  }

  /**
   * Lists the pipes of this machine, of all users, with their numbers of instances. None is opened for it: that would
   * take an instance, and look like a client. Blocks for a moment: on an event loop call {@link #list(Vertx)}.
   *
   * @return the pipes, by name
   * @throws NamedPipeException where the system does not tell, as Wine
   * @throws UnsupportedOperationException where there are no named pipes
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  static List<PipeListing> list() throws NamedPipeException {
    return PipeListing.all();
  }

  /**
   * Lists the pipes of this machine as {@link #list()}, on a worker thread.
   *
   * @param vertx the Vert.x instance
   * @return a future completed with the pipes, by name; it fails as {@code list()} does
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  static Future<List<PipeListing>> list(Vertx vertx) {
    return vertx.executeBlocking(PipeListing::all, false);
  }

  /**
   * Why there are no named pipes here.
   *
   * @return the reason, null where there are
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  static @Nullable Throwable unavailabilityCause() {
    return PipeIo.unavailabilityCause();
  }

  /**
   * Makes a socket of a handle that somebody else has opened: another library, or the process that has started this
   * one. Named or anonymous, the server's or the client's end, for both directions or for one; opened for overlapped
   * I/O or not.
   *
   * <p>The socket owns the handle and closes it. Its handlers run on the context that called this method; it is paused
   * until {@code resume()}, so that nothing is missed. It is closed with its verticle. A handle that cannot be
   * read never calls the handler, nor shows the end of the connection but by a failed write; a write to one that cannot
   * be written fails. Without overlapped I/O the socket has a thread of its own while it reads or writes, and its
   * writes interrupt its reads; while a write waits for room, or a flush for the peer, nothing is read.
   *
   * <p>An end in message read mode makes a socket in message mode, whatever the options say. With
   * {@link NamedPipeClientOptions#setMessageMode} an end in byte read mode, as a client's end is at first, is switched;
   * without, it is a stream of bytes, also on a pipe of messages.
   *
   * @param vertx the Vert.x instance
   * @param handle the handle, such as {@link #standardHandle(StandardStream)}
   * @param options those that concern a socket: timeouts, the write queue and messages
   * @return a future completed with the socket; it fails with a {@link dev.npipe.channel.NamedPipeException} when the
   *     handle is not that of a pipe, or not of one of messages if these are wanted, and leaves it to the caller; and
   *     when the handle belongs to a completion port already, and closes it; with an {@link IllegalStateException} when
   *     the verticle has been undeployed meanwhile, and closes it
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  static Future<NamedPipeSocket> adopt(Vertx vertx, long handle, NamedPipeClientOptions options) {
    return PipeAdoption.adopt(vertx, handle, options);
  }

  /**
   * Calls {@link #adopt(Vertx, long, NamedPipeClientOptions)} with the default options.
   *
   * @param vertx the Vert.x instance
   * @param handle the handle
   * @return a future completed with the socket
   */
  static Future<NamedPipeSocket> adopt(Vertx vertx, long handle) {
    return adopt(vertx, handle, new NamedPipeClientOptions());
  }

  /**
   * The handle of a standard stream. Adopt it once, and leave {@link System#in} or {@link System#out} alone then.
   *
   * @param stream which one
   * @return the handle
   * @throws IllegalStateException when there is none
   * @throws UnsupportedOperationException where there are no named pipes
   */
  static long standardHandle(StandardStream stream) {
    return PipeAdoption.standardHandle(stream);
  }

  /**
   * Connects two sockets of this process with each other, over a pipe that nobody else can open: for tests, and for
   * parts of a program that talk as if they were two. Their handlers run on the context that called this method; both
   * are paused until {@code resume()}.
   *
   * @param vertx the Vert.x instance
   * @return a future completed with the pair
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  static Future<NamedPipePair> pair(Vertx vertx) {
    return pair(vertx, new NamedPipeServerOptions(), new NamedPipeClientOptions());
  }

  /**
   * Calls {@link #pair(Vertx)} with options for each end.
   *
   * @param vertx the Vert.x instance
   * @param serverOptions those of the server's end; instances and security are not for it to say
   * @param clientOptions those of the client's end
   * @return a future completed with the pair
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  static Future<NamedPipePair> pair(Vertx vertx, NamedPipeServerOptions serverOptions,
      NamedPipeClientOptions clientOptions) {
    return PipePairs.connect(vertx, serverOptions, clientOptions);
  }
}
