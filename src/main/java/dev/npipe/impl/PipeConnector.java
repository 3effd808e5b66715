// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.NamedPipeClientOptions;
import dev.npipe.channel.NamedPipeAddress;
import dev.npipe.channel.NamedPipeChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.spi.metrics.TransportMetrics;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One connect, from the call to the socket or the failure, which may take several attempts. To wait for a server that
 * is busy or missing is the channel's affair.
 */
final class PipeConnector {

  private final ContextInternal context;
  private final NamedPipeAddress address;
  private final NamedPipeClientOptions options;
  private final PipeChannels channels;
  private final TransportMetrics<?> metrics;
  private final Promise<NamedPipeSocketImpl> promise;

  // Event loop only.
  private Channel channel;
  private int attemptsLeft;

  PipeConnector(ContextInternal context, NamedPipeAddress address, NamedPipeClientOptions options,
      PipeChannels channels, TransportMetrics<?> metrics, Promise<NamedPipeSocketImpl> promise) {
    this.context = context;
    this.address = address;
    this.options = options;
    this.channels = channels;
    this.metrics = metrics;
    this.promise = promise;
    this.attemptsLeft = options.getReconnectAttempts();
  }

  /** Begins. Any thread. */
  void start() {
    try {
      context.nettyEventLoop().execute(this::attempt);
    } catch (RejectedExecutionException terminated) {
      promise.tryFail(terminated);
    }
  }

  /** Gives up. Any thread. */
  void cancel(Throwable cause) {
    promise.tryFail(cause);
    try {
      context.nettyEventLoop().execute(this::abandon);
    } catch (RejectedExecutionException terminated) {
      // The end of its event loop has closed the channel.
      return;
    }
  }

  private void abandon() {
    if (channel != null) {
      channel.close();
    }
  }

  private void attempt() {
    if (promise.future().isComplete()) {
      return;
    }
    NamedPipeChannel created;
    try {
      created = channels.newClient();
      created.config().setImpersonationLevel(options.getImpersonationLevel())
          .setExpectedServer(options.getExpectServer());
      created.config().setMessageMode(options.isMessageMode());
      created.config().setConnectTimeoutMillis((int) Timeouts.toMillis(options.getConnectTimeout()));
      created.config().setWhenBusy(options.getWhenBusy()).setWhenMissing(options.getWhenMissing());
    } catch (RuntimeException | LinkageError e) {
      promise.tryFail(e);
      return;
    }
    channel = created;
    PipeSocketHandler.install(created, context, options, metrics, this::connected);
    context.nettyEventLoop().register(created).addListener((ChannelFuture registered) -> {
      if (registered.isSuccess()) {
        created.connect(address).addListener(done -> {
          if (done.isSuccess()) {
            // A handler of the pipeline may have closed it before there was a socket.
            created.closeFuture().addListener(closed -> promise.tryFail(new ClosedChannelException()));
          } else {
            failed(done.cause());
          }
        });
      } else {
        ((Channel) created).unsafe().closeForcibly();
        promise.tryFail(registered.cause());
      }
    });
  }

  private void connected(NamedPipeSocketImpl socket) {
    if (!promise.tryComplete(socket)) {
      socket.close();
    }
  }

  private void failed(Throwable cause) {
    boolean worthAnother = cause instanceof ConnectException || cause.getCause() instanceof ConnectException;
    if (worthAnother && attemptsLeft != 0 && !promise.future().isComplete()) {
      attemptsLeft -= attemptsLeft > 0 ? 1 : 0;
      context.nettyEventLoop().schedule(this::attempt, Timeouts.toMillis(options.getReconnectInterval()),
          TimeUnit.MILLISECONDS);
    } else {
      promise.tryFail(cause);
    }
  }
}
