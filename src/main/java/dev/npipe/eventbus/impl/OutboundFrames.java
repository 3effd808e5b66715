// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.NamedPipeSocket;
import dev.npipe.eventbus.NamedPipeBridgeOptions;
import dev.npipe.eventbus.SlowReaderPolicy;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.BridgeEventType;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The frames on their way to one client, in their order: what has to wait for a handler of {@code RECEIVE} events holds
 * up what comes later. Counts the bytes that the client has still to make room for.
 */
final class OutboundFrames {

  static final String BLOCKED = "blocked by bridgeEvent handler";

  private final NamedPipeSocket socket;
  private final EventHook hook;
  private final NamedPipeBridgeOptions limits;
  private final Runnable overflow;

  // Context only.
  private final Queue<Entry> queue = new ArrayDeque<>();
  private long bytes;
  private boolean closed;

  OutboundFrames(NamedPipeSocket socket, EventHook hook, NamedPipeBridgeOptions limits, Runnable overflow) {
    this.socket = socket;
    this.hook = hook;
    this.limits = limits;
    this.overflow = overflow;
  }

  /** Sends what is no message: an answer of the bridge itself. */
  void send(JsonObject frame) {
    Entry entry = new Entry(frame, false, reason -> {
    });
    entry.decided = true;
    entry.permitted = true;
    enqueue(entry);
    flush();
  }

  /**
   * Sends a message.
   *
   * @param droppable whether it may be dropped for a client that reads too slowly
   * @param undelivered told why it is not sent, unless the connection ends
   */
  void deliver(JsonObject frame, boolean droppable, Handler<String> undelivered) {
    Entry entry = new Entry(frame, droppable, undelivered);
    enqueue(entry);
    hook.ask(BridgeEventType.RECEIVE, frame, permitted -> {
      entry.decided = true;
      entry.permitted = permitted;
      flush();
    });
    if (!entry.decided) {
      reserve(entry);
    }
  }

  private void enqueue(Entry entry) {
    if (!closed) {
      queue.add(entry);
    }
  }

  /** What waits for the handler takes memory too. */
  private void reserve(Entry entry) {
    Buffer encoded = encode(entry);
    if (encoded == null) {
      queue.remove(entry);
    } else if (!isRoomFor(encoded.length())) {
      queue.remove(entry);
      turnAway(entry);
    } else {
      entry.reserved = encoded.length();
      bytes += entry.reserved;
    }
  }

  private void flush() {
    while (!queue.isEmpty() && queue.peek().decided) {
      Entry entry = queue.poll();
      bytes -= entry.reserved;
      if (entry.permitted) {
        write(entry);
      } else {
        entry.undelivered.handle(BLOCKED);
      }
    }
  }

  private void write(Entry entry) {
    Buffer encoded = encode(entry);
    if (encoded == null) {
      return;
    }
    int length = encoded.length();
    if (!isRoomFor(length)) {
      turnAway(entry);
      return;
    }
    bytes += length;
    socket.write(encoded).onComplete(written -> bytes -= length);
  }

  private static Buffer encode(Entry entry) {
    try {
      return Frames.encode(entry.frame);
    } catch (RuntimeException e) {
      // A body of a type that JSON does not know, or that does not encode itself.
      entry.undelivered.handle("The body can not be sent as JSON: " + e.getMessage());
      return null;
    }
  }

  private boolean isRoomFor(int length) {
    return bytes == 0 || bytes + length <= limits.getMaxOutboundBytes();
  }

  private void turnAway(Entry entry) {
    if (entry.droppable && limits.getSlowReaderPolicy() == SlowReaderPolicy.DROP) {
      entry.undelivered.handle("The client reads too slowly");
    } else {
      overflow.run();
    }
  }

  /** Whether the client should be read from no more until it has read itself. */
  boolean isFull() {
    return socket.writeQueueFull();
  }

  /** Forgets what waits. */
  void close() {
    closed = true;
    queue.clear();
  }

  private static final class Entry {

    private final JsonObject frame;
    private final boolean droppable;
    private final Handler<String> undelivered;
    private boolean decided;
    private boolean permitted;
    private int reserved;

    private Entry(JsonObject frame, boolean droppable, Handler<String> undelivered) {
      this.frame = frame;
      this.droppable = droppable;
      this.undelivered = undelivered;
    }
  }
}
