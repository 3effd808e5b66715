// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.CompletionDriver;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.util.function.Function;

/**
 * A channel's registration with its event loop: says which driver brings its completions there, and has the loop close
 * the channel when it shuts down. A loop that polls a port of its own does both by itself; any other one is served by
 * the shared driver. Event loop only.
 */
final class LoopRegistration {

  private static final Runnable NOTHING = () -> { };

  private final EventLoop eventLoop;
  private final CompletionDriver driver;
  private final Runnable cancel;
  private final Runnable closeOthers;

  private LoopRegistration(EventLoop eventLoop, CompletionDriver driver, Runnable cancel, Runnable closeOthers) {
    this.eventLoop = eventLoop;
    this.driver = driver;
    this.cancel = cancel;
    this.closeOthers = closeOthers;
  }

  /**
   * Registers a channel.
   *
   * @param close closes it
   * @param admission what is left to do; says what it failed with, null for success
   * @param promise completed when all of that is done
   */
  static void register(EventLoop eventLoop, PipeIo io, Runnable close,
      Function<LoopRegistration, Throwable> admission, ChannelPromise promise) {
    if (eventLoop instanceof IoEventLoop && ((IoEventLoop) eventLoop).isCompatible(PipeIoHandle.class)) {
      ((IoEventLoop) eventLoop).register(new PipeIoHandle(close)).addListener((Future<IoRegistration> registered) -> {
        if (registered.isSuccess()) {
          IoRegistration own = registered.getNow();
          admit(new LoopRegistration(eventLoop, own.attachment(), own::cancel, NOTHING), admission, promise);
        } else {
          promise.setFailure(registered.cause());
        }
      });
    } else if (eventLoop instanceof SingleThreadEventExecutor) {
      LoopChannels channels = LoopChannels.of((SingleThreadEventExecutor) eventLoop);
      channels.add(close);
      admit(new LoopRegistration(eventLoop, io.driver(), () -> channels.remove(close), channels::closeAll), admission,
          promise);
    } else {
      // Nobody closes its channels when it ends: their operations take the orphan path (law 2).
      admit(new LoopRegistration(eventLoop, io.driver(), NOTHING, NOTHING), admission, promise);
    }
  }

  private static void admit(LoopRegistration made, Function<LoopRegistration, Throwable> admission,
      ChannelPromise promise) {
    Throwable failure;
    try {
      failure = admission.apply(made);
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    if (failure == null) {
      promise.setSuccess();
    } else {
      made.cancel();
      promise.setFailure(failure);
    }
  }

  CompletionDriver driver() {
    return driver;
  }

  /**
   * Says whether the event loop shuts down, and closes all pipes on it if it does. A loop that gets completions as
   * tasks would otherwise never run out of them while the peers go on; and one that ends in the middle of them may not
   * call its shutdown hooks.
   */
  boolean endsWithLoop() {
    if (!eventLoop.isShuttingDown()) {
      return false;
    }
    closeOthers.run();
    return true;
  }

  void cancel() {
    cancel.run();
  }
}
