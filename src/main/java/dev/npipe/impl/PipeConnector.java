// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.NamedPipeClientOptions;
import dev.npipe.channel.NamedPipeAddress;
import dev.npipe.channel.NamedPipeChannel;
import dev.npipe.channel.NamedPipeException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.spi.metrics.TransportMetrics;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One connect, from the call to the socket or the failure. A server that is not there is tried again when the options
 * say so; one that is busy is the channel's affair.
 */
final class PipeConnector {

  private static final String SERVER_MISSING = "ERROR_FILE_NOT_FOUND";
  private static final int FIRST_RETRY_MILLIS = 5;
  private static final int LAST_RETRY_MILLIS = 100;

  private final ContextInternal context;
  private final NamedPipeAddress address;
  private final NamedPipeClientOptions options;
  private final PipeChannels channels;
  private final TransportMetrics<?> metrics;
  private final Promise<NamedPipeSocketImpl> promise;
  private final long deadline;

  // Event loop only.
  private Channel channel;
  private Throwable serverMissing;
  private int retryMillis = FIRST_RETRY_MILLIS;

  PipeConnector(ContextInternal context, NamedPipeAddress address, NamedPipeClientOptions options,
      PipeChannels channels, TransportMetrics<?> metrics, Promise<NamedPipeSocketImpl> promise) {
    this.context = context;
    this.address = address;
    this.options = options;
    this.channels = channels;
    this.metrics = metrics;
    this.promise = promise;
    this.deadline = System.nanoTime() + options.getConnectTimeout().toNanos();
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

  private long remainingMillis() {
    return TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
  }

  private void attempt() {
    if (promise.future().isComplete()) {
      return;
    }
    NamedPipeChannel created;
    try {
      created = channels.newClient();
      created.config().setImpersonationLevel(options.getImpersonationLevel());
      created.config().setMessageMode(options.isMessageMode());
      created.config().setConnectTimeoutMillis((int) Math.max(1, remainingMillis()));
    } catch (RuntimeException | LinkageError e) {
      promise.tryFail(e);
      return;
    }
    channel = created;
    PipeSocketHandler.install(created, context, options, metrics, this::connected);
    context.nettyEventLoop().register(created).addListener((ChannelFuture registered) -> {
      if (registered.isSuccess()) {
        created.connect(address).addListener(done -> {
          if (!done.isSuccess()) {
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
    boolean missing = cause instanceof NamedPipeException
        && ((NamedPipeException) cause).errorName().equals(SERVER_MISSING);
    if (missing) {
      serverMissing = cause;
    }
    long remaining = remainingMillis();
    if (options.isWaitForServer() && missing && remaining > 0) {
      context.nettyEventLoop().schedule(this::attempt, Math.min(retryMillis, remaining), TimeUnit.MILLISECONDS);
      retryMillis = Math.min(retryMillis * 2, LAST_RETRY_MILLIS);
    } else {
      // When time is up in the middle of an attempt, what the attempts before it found says more.
      promise.tryFail(cause instanceof ConnectTimeoutException && serverMissing != null ? serverMissing : cause);
    }
  }
}
