// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;

/**
 * What a socket has for pipes that carry messages.
 */
@VertxGen(concrete = false)
public interface MessageStream {

  /**
   * Whether the connection carries messages.
   *
   * @return false for a stream of bytes
   */
  boolean isMessageMode();

  /**
   * Sets the handler of messages: one buffer for each, whole, whatever its
   * size. An empty message is an empty buffer, unless
   * {@link NamedPipeEndpointOptions#setZeroLengthMessages the options} make it the end of the stream.
   *
   * @param handler the handler to set
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalStateException when the pipe is in byte mode
   */
  @Fluent
  MessageStream messageHandler(@Nullable Handler<Buffer> handler);

  /**
   * Sends exactly one message, also if it is empty; a plain write sends none of an empty buffer.
   *
   * @param message the message, of any size; the peer may have a limit
   * @return a future completed when the system has taken it
   * @throws IllegalStateException when the pipe is in byte mode
   */
  Future<Void> writeMessage(Buffer message);

  /**
   * Calls {@link #request(Buffer, Duration)} with 30 seconds.
   *
   * @param message the request
   * @return a future completed with the answer
   * @throws IllegalStateException when the pipe is in byte mode
   */
  default Future<Buffer> request(Buffer message) {
    return request(message, Duration.ofSeconds(30));
  }

  /**
   * Sends one message, and takes the next one that comes for its answer, as {@code TransactNamedPipe} does. Requests
   * may be made before the ones before are answered: the peer answers each, in their order. What comes while no answer
   * is awaited goes to the handler. Answers come to a paused socket too.
   *
   * <p>A request that is not answered in time fails with a {@link java.util.concurrent.TimeoutException}, and keeps its
   * place: its answer, should it still come, is dropped. A peer that leaves a request without an answer for ever
   * therefore must not be asked again on this connection. An answer that is too long fails its request with a
   * {@link dev.npipe.channel.MessageTooLongException}, and ends the connection unless
   * {@link NamedPipeEndpointOptions#setOversizedMessages the options} say otherwise. The end of the connection fails
   * all others with a {@link java.nio.channels.ClosedChannelException}.
   *
   * @param message the request
   * @param timeout how long to wait for the answer, from now on; more than zero
   * @return a future completed with the answer
   * @throws IllegalStateException when the pipe is in byte mode
   * @throws IllegalArgumentException when the timeout is not more than zero
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  Future<Buffer> request(Buffer message, Duration timeout);
}
