// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.NamedPipeSocket;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * A socket without a pipe: what the bridge writes goes to the test, what the test feeds comes as read. Everything
 * happens on the context.
 */
final class SocketStandIn {

  private static final int QUEUE_BYTES = 64 * 1024;

  final NamedPipeSocket socket = (NamedPipeSocket) Proxy.newProxyInstance(getClass().getClassLoader(),
      new Class<?>[] {NamedPipeSocket.class}, (proxy, method, arguments) -> call(method, arguments));
  final ContextInternal context;
  private final Consumer<Buffer> written;

  // Context only.
  private final Queue<Buffer> unread = new ArrayDeque<>();
  private final Queue<Buffer> stuck = new ArrayDeque<>();
  private final Queue<Promise<Void>> stuckWrites = new ArrayDeque<>();
  private Handler<Buffer> handler;
  private Handler<Void> drainHandler;
  private Handler<Throwable> exceptionHandler;
  private Handler<Void> closeHandler;
  private boolean paused;
  private int pendingBytes;
  private boolean closed;

  // Set by the test.
  volatile boolean peerReads = true;
  volatile boolean lingers;

  // For the test.
  volatile String end;

  SocketStandIn(ContextInternal context, Consumer<Buffer> written) {
    this.context = context;
    this.written = written;
  }

  /** The peer has written. */
  void feed(Buffer bytes) {
    context.runOnContext(now -> {
      unread.add(bytes);
      deliver();
    });
  }

  /** The peer reads all that it has left. */
  void drain() {
    context.runOnContext(now -> {
      peerReads = true;
      while (!stuck.isEmpty()) {
        Buffer bytes = stuck.poll();
        pendingBytes -= bytes.length();
        written.accept(bytes);
        stuckWrites.poll().complete();
      }
      drainHandler.handle(null);
    });
  }

  /** Something is wrong with the connection. */
  void fail(Throwable cause) {
    context.runOnContext(now -> exceptionHandler.handle(cause));
  }

  /** The connection ends, whoever wanted it. */
  void close(String how) {
    context.runOnContext(now -> {
      if (!closed) {
        closed = true;
        end = how;
        stuckWrites.forEach(write -> write.fail("closed"));
        closeHandler.handle(null);
      }
    });
  }

  private void deliver() {
    while (!paused && !closed && !unread.isEmpty()) {
      handler.handle(unread.poll());
    }
  }

  private Future<Void> write(Buffer bytes) {
    if (closed) {
      return context.failedFuture("closed");
    }
    if (peerReads && stuck.isEmpty()) {
      written.accept(bytes);
      return context.succeededFuture();
    }
    Promise<Void> write = context.promise();
    stuck.add(bytes);
    stuckWrites.add(write);
    pendingBytes += bytes.length();
    return write.future();
  }

  @SuppressWarnings("unchecked")
  private Object call(Method method, Object[] arguments) {
    switch (method.getName()) {
      case "handler":
        handler = (Handler<Buffer>) arguments[0];
        return socket;
      case "drainHandler":
        drainHandler = (Handler<Void>) arguments[0];
        return socket;
      case "closeHandler":
        closeHandler = (Handler<Void>) arguments[0];
        return socket;
      case "pause":
        paused = true;
        return socket;
      case "resume":
        paused = false;
        context.runOnContext(now -> deliver());
        return socket;
      case "write":
        return write((Buffer) arguments[0]);
      case "writeQueueFull":
        return pendingBytes >= QUEUE_BYTES;
      case "close":
        if (lingers) {
          return context.promise().future();
        }
        close("close");
        return context.succeededFuture();
      case "abort":
        close("abort");
        return context.succeededFuture();
      case "exceptionHandler":
        exceptionHandler = (Handler<Throwable>) arguments[0];
        return socket;
      case "path":
        return "\\\\.\\pipe\\stand-in";
      case "peerProcessId":
        return 42L;
      default:
        throw new UnsupportedOperationException(method.toString());
    }
  }
}
