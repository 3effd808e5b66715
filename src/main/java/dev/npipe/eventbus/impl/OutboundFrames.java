// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.NamedPipeSocket;
import dev.npipe.eventbus.NamedPipeBridgeOptions;
import dev.npipe.eventbus.SlowReaderPolicy;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
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

  private static final Logger LOG = LoggerFactory.getLogger(OutboundFrames.class);

  private final NamedPipeSocket socket;
  private final EventHook hook;
  private final NamedPipeBridgeOptions limits;
  private final Runnable overflow;
  private final Runnable room;

  // Context only.
  private final Queue<Entry> queue = new ArrayDeque<>();
  private long bytes;
  private boolean closed;

  /**
   * The frames of a connection.
   *
   * @param overflow run when more waits than may
   * @param room run when there is room again, after {@link #isFull} may have said that there is none
   */
  OutboundFrames(NamedPipeSocket socket, EventHook hook, NamedPipeBridgeOptions limits, Runnable overflow,
      Runnable room) {
    this.socket = socket;
    this.hook = hook;
    this.limits = limits;
    this.overflow = overflow;
    this.room = room;
  }

  /** Sends what is no message: an answer of the bridge itself. */
  void send(JsonObject frame) {
    Entry entry = answer(frame);
    enqueue(entry);
    flush();
    reserve(entry);
  }

  /** Sends the last frame. It does not wait for the handler, as what does will not be sent any more. */
  void sendLast(JsonObject frame) {
    if (!closed) {
      write(answer(frame));
    }
  }

  private static Entry answer(JsonObject frame) {
    Entry entry = new Entry(frame, false, reason -> {
    });
    entry.decided = true;
    entry.permitted = true;
    return entry;
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
    reserve(entry);
  }

  private void enqueue(Entry entry) {
    if (!closed) {
      queue.add(entry);
      entry.waiting = true;
    }
  }

  /** What waits for the handler, or behind what does, takes memory too. */
  private void reserve(Entry entry) {
    if (!entry.waiting) {
      return;
    }
    Buffer encoded = encode(entry);
    if (encoded == null) {
      remove(entry);
    } else if (!isRoomFor(encoded.length())) {
      remove(entry);
      turnAway(entry);
    } else {
      entry.reserved = encoded.length();
      bytes += entry.reserved;
    }
  }

  private void remove(Entry entry) {
    queue.remove(entry);
    entry.waiting = false;
  }

  private void flush() {
    boolean much = isMuch();
    while (!queue.isEmpty() && queue.peek().decided) {
      Entry entry = queue.poll();
      entry.waiting = false;
      bytes -= entry.reserved;
      if (entry.permitted) {
        write(entry);
      } else {
        entry.undelivered.handle(BLOCKED);
      }
    }
    runRoomAfter(much);
  }

  private boolean isMuch() {
    return bytes > limits.getMaxOutboundBytes() / 2;
  }

  private void runRoomAfter(boolean much) {
    if (much && !isMuch()) {
      room.run();
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
    socket.write(encoded).onComplete(written -> {
      boolean much = isMuch();
      bytes -= length;
      runRoomAfter(much);
    });
  }

  private Buffer encode(Entry entry) {
    try {
      return Frames.encode(entry.frame);
    } catch (RuntimeException e) {
      // A body of a type that JSON does not know, or that does not encode itself. Whoever published it is not told.
      LOG.warn("A message for a client of " + socket.path() + " can not be sent as JSON: " + e.getMessage());
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

  /** Whether the client should be read from no more until it has read itself, or the handler has decided. */
  boolean isFull() {
    return socket.writeQueueFull() || isMuch();
  }

  /** Forgets what waits. */
  void close() {
    closed = true;
    queue.forEach(entry -> entry.waiting = false);
    queue.clear();
  }

  private static final class Entry {

    private final JsonObject frame;
    private final boolean droppable;
    private final Handler<String> undelivered;
    private boolean waiting;
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
