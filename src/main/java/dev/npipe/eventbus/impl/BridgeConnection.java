// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.NamedPipeSocket;
import dev.npipe.eventbus.NamedPipeBridgeOptions;
import dev.npipe.eventbus.impl.FrameDecoder.LostFramingException;
import dev.npipe.eventbus.impl.Permissions.Rule;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.BridgeEventType;
import java.util.List;

/**
 * One client. Its frames are looked at one after another: the next when the one before has been done, however long a
 * handler or a registration takes. While one is being done, and while the client does not read, it is not read from.
 */
final class BridgeConnection {

  private static final Logger LOG = LoggerFactory.getLogger(BridgeConnection.class);

  private enum Life { OPENING, OPEN, CLOSING, CLOSED }

  private final BridgeSettings settings;
  private final ContextInternal context;
  private final NamedPipeSocket socket;
  private final EventHook hook;
  private final Authorization authorization;
  private final FrameDecoder decoder;
  private final OutboundFrames outbound;
  private final PendingReplies replies;
  private final PendingRequests requests;
  private final Registrations registrations;
  private final ConnectionClock clock;
  private final PromiseInternal<Void> ended;
  private final Runnable done = this::done;

  // Context only.
  private Life life = Life.OPENING;
  private boolean busy;
  private boolean looking;
  private boolean reading;
  private Future<?> unregistered;

  BridgeConnection(BridgeSettings settings, ContextInternal context, NamedPipeSocket socket,
      AbandonedRequests abandoned) {
    NamedPipeBridgeOptions limits = settings.limits();
    this.settings = settings;
    this.context = context;
    this.socket = socket;
    this.hook = new EventHook(context, socket, settings.eventHandler());
    this.authorization = new Authorization(context, socket, settings.authorityProvider());
    this.decoder = new FrameDecoder(limits.getMaxFrameSize());
    this.outbound = new OutboundFrames(socket, hook, limits, () -> abort("slow_reader"), this::look);
    this.replies = new PendingReplies(limits.getMaxPendingReplies(), limits.getReplyTimeout().toNanos());
    this.requests = new PendingRequests(this, limits.getMaxPendingRequests(), abandoned);
    this.registrations = new Registrations(this);
    this.clock = new ConnectionClock(limits);
    this.ended = context.promise();
  }

  /** Begins to serve the client, if the handler of events lets it in. */
  void open() {
    socket.pause();
    socket.handler(this::read);
    socket.drainHandler(drained -> look());
    socket.exceptionHandler(cause -> report(Frames.error(String.valueOf(cause.getMessage()))));
    socket.closeHandler(closed -> end());
    hook.ask(BridgeEventType.SOCKET_CREATED, null, permitted -> {
      if (life != Life.OPENING) {
        return;
      }
      if (permitted) {
        life = Life.OPEN;
        look();
      } else {
        outbound.sendLast(Frames.error(OutboundFrames.BLOCKED));
        shut();
      }
    });
  }

  BridgeSettings settings() {
    return settings;
  }

  EventHook hook() {
    return hook;
  }

  Authorization authorization() {
    return authorization;
  }

  OutboundFrames outbound() {
    return outbound;
  }

  PendingReplies replies() {
    return replies;
  }

  PendingRequests requests() {
    return requests;
  }

  Registrations registrations() {
    return registrations;
  }

  boolean isOpen() {
    return life == Life.OPEN;
  }

  /** Completed when the connection is closed and nothing of it is registered. */
  Future<Void> ended() {
    return ended.future();
  }

  /** Brings the completion of a future, wherever it happens, here. */
  <T> void onContext(Future<T> future, Handler<AsyncResult<T>> then) {
    PromiseInternal<T> promise = context.promise();
    future.onComplete(promise);
    promise.future().onComplete(then::handle);
  }

  private void read(Buffer bytes) {
    if (life == Life.OPEN) {
      clock.heard();
      decoder.add(bytes);
      look();
    }
  }

  /** Looks at the frames that are here, as far as may be. */
  private void look() {
    if (looking) {
      return;
    }
    looking = true;
    try {
      while (mayGoOn() && lookAtNext()) {
        clock.frameTaken();
      }
    } finally {
      looking = false;
    }
    clock.look(decoder.holdsBytes());
    demand();
  }

  private boolean mayGoOn() {
    return life == Life.OPEN && !busy && !outbound.isFull();
  }

  private void demand() {
    boolean wanted = mayGoOn();
    if (wanted == reading) {
      return;
    }
    reading = wanted;
    if (wanted) {
      clock.resume();
      socket.resume();
    } else if (life != Life.CLOSED) {
      clock.pause();
      socket.pause();
    }
  }

  private boolean lookAtNext() {
    try {
      JsonObject json = decoder.next();
      if (json == null) {
        return false;
      }
      begin(new ClientFrame(json, settings.limits()));
    } catch (BadFrameException e) {
      outbound.send(Frames.error(e.getMessage()));
    } catch (LostFramingException e) {
      close(e.getMessage());
    }
    return true;
  }

  private void begin(ClientFrame frame) {
    busy = true;
    if (!attempt(frame, () -> hook.ask(frame.verb().event(), frame.json(), permitted -> answered(frame, permitted)))) {
      done();
    }
  }

  private void answered(ClientFrame frame, boolean permitted) {
    if (!isOpen()) {
      return;
    }
    if (!permitted) {
      outbound.send(Frames.error(OutboundFrames.BLOCKED));
      done();
      return;
    }
    // The verb anew: the handler may have put another frame in place of the one that came.
    if (!attempt(frame, () -> frame.verb().handle(this, frame, done))) {
      done();
    }
  }

  /** Whether it went well. What is thrown is the answer to the frame, which is then done. */
  boolean attempt(ClientFrame frame, Runnable action) {
    try {
      action.run();
      return true;
    } catch (BadFrameException e) {
      outbound.send(Frames.refusal(frame.json(), e.getMessage()));
    } catch (RuntimeException e) {
      LOG.error("A frame of the client of " + socket.path() + " could not be handled", e);
      outbound.send(Frames.refusal(frame.json(), "internal_error"));
    }
    return false;
  }

  /** Acts if one of the rules may be used. */
  void ifPermitted(ClientFrame frame, List<Rule> rules, Runnable action, Runnable done) {
    authorization.any(rules, permitted -> {
      if (!isOpen()) {
        return;
      }
      if (permitted) {
        attempt(frame, action);
      } else {
        outbound.send(Frames.error("access_denied"));
      }
      done.run();
    });
  }

  private void done() {
    busy = false;
    look();
  }

  /** Looks at what time has brought. */
  void tick(long now) {
    replies.expire(now);
    if (life != Life.OPEN) {
      return;
    }
    if (clock.isFrameLate(now)) {
      close("frame_timeout");
    } else if (clock.isIdle(now)) {
      hook.tell(BridgeEventType.SOCKET_IDLE, null);
      shut();
    }
  }

  private void report(JsonObject error) {
    if (isServed()) {
      hook.tell(BridgeEventType.SOCKET_ERROR, error);
    }
  }

  private boolean isServed() {
    return life == Life.OPENING || life == Life.OPEN;
  }

  /** The stream from the client can not go on: says why, and closes when the client has been told. */
  private void close(String error) {
    JsonObject frame = Frames.error(error);
    outbound.sendLast(frame);
    // Unless that was too much for it, which has ended it too.
    report(frame);
    shut();
  }

  private void shut() {
    if (isServed()) {
      life = Life.CLOSING;
      leave();
      socket.close();
    }
  }

  /** The client can not even be told. */
  private void abort(String error) {
    if (isServed()) {
      life = Life.CLOSING;
      hook.tell(BridgeEventType.SOCKET_ERROR, Frames.error(error));
      leave();
      socket.abort();
    }
  }

  /** Takes part in the bus no more: what comes while the connection closes is for others. */
  private void leave() {
    if (unregistered == null) {
      decoder.clear();
      unregistered = registrations.clear(address -> hook.tell(BridgeEventType.UNREGISTER,
          new JsonObject().put("type", "unregister").put("address", address)));
      replies.clear();
    }
  }

  private void end() {
    if (life == Life.CLOSED) {
      return;
    }
    life = Life.CLOSED;
    outbound.close();
    leave();
    requests.abandon();
    hook.tell(BridgeEventType.SOCKET_CLOSED, null);
    unregistered.onComplete(done -> ended.complete());
  }
}
