// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.NamedPipeClientOptions;
import dev.npipe.NamedPipeSocket;
import dev.npipe.StandardStream;
import dev.npipe.channel.HandleAdoption;
import dev.npipe.channel.NamedPipeChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.Future;
import io.vertx.core.Closeable;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.RejectedExecutionException;

/**
 * Makes sockets of handles that somebody else has opened. They are closed with the verticle that adopted them.
 */
public final class PipeAdoption {

  private PipeAdoption() {
  }

  /**
   * The handle of a standard stream.
   *
   * @param stream which one
   * @return the handle
   */
  public static long standardHandle(StandardStream stream) {
    return HandleAdoption.system().standardHandle(stream.ordinal());
  }

  /**
   * Makes a socket of a handle.
   *
   * @param vertx the Vert.x instance
   * @param handle the handle
   * @param options those of the socket
   * @return a future completed with the socket, which is paused
   */
  public static io.vertx.core.Future<NamedPipeSocket> adopt(Vertx vertx, long handle, NamedPipeClientOptions options) {
    ContextInternal context = ((VertxInternal) vertx).getOrCreateContext();
    PromiseInternal<NamedPipeSocket> promise = context.promise();
    NamedPipeClientOptions own = new NamedPipeClientOptions(options);
    HandleAdoption adoption;
    try {
      adoption = HandleAdoption.system();
    } catch (UnsupportedOperationException e) {
      return context.failedFuture(e);
    }
    try {
      // From the event loop, whose thread keeps the JVM alive: whoever has main() do just this is not to see it end.
      context.nettyEventLoop().execute(() -> adopt(adoption, handle, context, own, promise));
    } catch (RejectedExecutionException terminated) {
      promise.tryFail(terminated);
    }
    return promise.future();
  }

  private static void adopt(HandleAdoption adoption, long handle, ContextInternal context,
      NamedPipeClientOptions options, PromiseInternal<NamedPipeSocket> promise) {
    Future<NamedPipeChannel> adopting = adoption.adopt(handle, options.isMessageMode(), context.nettyEventLoop());
    adopting.addListener((Future<NamedPipeChannel> adopted) -> {
      if (adopted.isSuccess()) {
        register(context, adopted.getNow(), options, promise);
      } else {
        promise.fail(adopted.cause());
      }
    });
  }

  private static void register(ContextInternal context, NamedPipeChannel channel, NamedPipeClientOptions options,
      Promise<NamedPipeSocket> promise) {
    PipeSocketHandler.install(channel, context, options, null, socket -> {
      Closeable hook = completion -> socket.close().onComplete(completion);
      if (!context.closeFuture().add(hook)) {
        // Whoever adopted it has been undeployed meanwhile.
        socket.close();
        promise.fail(new IllegalStateException("The context that adopts the handle is closed"));
        return;
      }
      socket.onClose(() -> context.closeFuture().remove(hook));
      socket.pause();
      promise.complete(socket);
    });
    context.nettyEventLoop().register(channel).addListener((ChannelFuture registered) -> {
      if (!registered.isSuccess()) {
        ((Channel) channel).unsafe().closeForcibly();
        promise.tryFail(registered.cause());
      }
    });
  }
}
