// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.CompletionDriver;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.SingleThreadEventExecutor;

/**
 * A channel's registration with its event loop: says which driver brings its completions there, and has the loop close
 * the channel when it shuts down. A loop that polls a port of its own does both by itself; any other one is served by
 * the shared driver, and asked to close the channel by a hook.
 */
final class LoopRegistration {

  private final CompletionDriver driver;
  private final Runnable cancel;

  private LoopRegistration(CompletionDriver driver, Runnable cancel) {
    this.driver = driver;
    this.cancel = cancel;
  }

  /** Registers; on the event loop. */
  static Future<LoopRegistration> register(EventLoop eventLoop, PipeIo io, Runnable close) {
    Promise<LoopRegistration> promise = eventLoop.newPromise();
    if (eventLoop instanceof IoEventLoop && ((IoEventLoop) eventLoop).isCompatible(PipeIoHandle.class)) {
      ((IoEventLoop) eventLoop).register(new PipeIoHandle(close)).addListener((Future<IoRegistration> registered) -> {
        if (registered.isSuccess()) {
          IoRegistration registration = registered.getNow();
          promise.setSuccess(new LoopRegistration(registration.attachment(), registration::cancel));
        } else {
          promise.setFailure(registered.cause());
        }
      });
    } else if (eventLoop instanceof SingleThreadEventExecutor) {
      SingleThreadEventExecutor executor = (SingleThreadEventExecutor) eventLoop;
      executor.addShutdownHook(close);
      promise.setSuccess(new LoopRegistration(io.driver(), () -> executor.removeShutdownHook(close)));
    } else {
      // Nobody closes its channels when it ends: their operations take the orphan path (law 2).
      promise.setSuccess(new LoopRegistration(io.driver(), () -> { }));
    }
    return promise;
  }

  CompletionDriver driver() {
    return driver;
  }

  void cancel() {
    cancel.run();
  }
}
