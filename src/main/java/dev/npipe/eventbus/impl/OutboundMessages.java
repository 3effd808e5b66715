// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.NamedPipeSocket;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;

/**
 * The messages on their way to one client. Counts the bytes that the client has still to make room for.
 */
final class OutboundMessages {

  private final NamedPipeSocket socket;
  private final int maxBytes;
  private final boolean emptyEndsTheStream;

  // Context only.
  private long bytes;

  OutboundMessages(NamedPipeSocket socket, int maxBytes, boolean emptyEndsTheStream) {
    this.socket = socket;
    this.maxBytes = maxBytes;
    this.emptyEndsTheStream = emptyEndsTheStream;
  }

  /**
   * A body of the bus as a message.
   *
   * @throws IllegalArgumentException when it can not be one
   */
  Buffer encode(Object body) {
    Buffer message = MessageBodies.encode(body);
    if (emptyEndsTheStream && message.length() == 0) {
      throw new IllegalArgumentException("An empty message would be the end of the stream");
    }
    return message;
  }

  boolean isRoomFor(Buffer message) {
    return bytes == 0 || bytes + message.length() <= maxBytes;
  }

  /** False when there is no room. */
  boolean write(Buffer message) {
    if (!isRoomFor(message)) {
      return false;
    }
    track(message, socket.writeMessage(message));
    return true;
  }

  /** Held until it is answered, which a client that does not read does not do. */
  Future<Buffer> ask(Buffer message, Duration timeout) {
    Future<Buffer> answer = socket.request(message, timeout);
    track(message, answer);
    return answer;
  }

  private void track(Buffer message, Future<?> done) {
    // An empty message takes memory too.
    int size = Math.max(1, message.length());
    bytes += size;
    done.onComplete(whatever -> bytes -= size);
  }
}
