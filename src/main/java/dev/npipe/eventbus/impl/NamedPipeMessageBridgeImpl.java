// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.NamedPipeServerOptions;
import dev.npipe.NamedPipeSocket;
import dev.npipe.channel.ZeroLengthMessages;
import dev.npipe.eventbus.FailedRequestPolicy;
import dev.npipe.eventbus.NamedPipeMessageBridge;
import dev.npipe.eventbus.NamedPipeMessageBridgeOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A bridge for plain messages as its user sees it.
 */
public final class NamedPipeMessageBridgeImpl implements NamedPipeMessageBridge {

  private final EventBus eventBus;
  private final NamedPipeMessageBridgeOptions options;
  private final NamedPipeServerOptions pipe;
  private final BridgeServer server;

  /**
   * Creates a bridge.
   *
   * @param vertx the Vert.x instance
   * @param options the options, which are copied
   * @param serverOptions the options of the pipe, which are copied
   */
  public NamedPipeMessageBridgeImpl(Vertx vertx, NamedPipeMessageBridgeOptions options,
      NamedPipeServerOptions serverOptions) {
    if (options.getInboundAddress() == null && options.getOutboundAddress() == null) {
      throw new IllegalArgumentException("Neither inboundAddress nor outboundAddress is set: nothing to bridge");
    }
    if (options.getFailedRequestPolicy() == FailedRequestPolicy.EMPTY
        && serverOptions.getZeroLengthMessages() == ZeroLengthMessages.END_OF_STREAM) {
      throw new IllegalArgumentException("failedRequestPolicy must not be EMPTY when zeroLengthMessages is "
          + "END_OF_STREAM: an empty message would be the end of the stream");
    }
    this.eventBus = vertx.eventBus();
    this.options = new NamedPipeMessageBridgeOptions(options);
    this.pipe = new NamedPipeServerOptions(serverOptions).setMessageMode(true);
    this.server = new BridgeServer(vertx, pipe);
  }

  @Override
  public Future<NamedPipeMessageBridge> listen(String name) {
    return server.listen(name, Listening::new).map(this);
  }

  @Override
  public String path() {
    return server.path();
  }

  @Override
  public Future<Void> close() {
    return server.close();
  }

  /** The bridge from one {@code listen} to its close. */
  private final class Listening implements BridgeServer.Listening {

    private final ContextInternal context;

    // Context only.
    private final AbandonedRequests abandoned = new AbandonedRequests(options.getMaxAbandonedRequests());
    private final Set<MessageConnection> connections = new HashSet<>();

    private Listening(ContextInternal context) {
      this.context = context;
    }

    @Override
    public void serve(NamedPipeSocket socket) {
      MessageConnection connection = new MessageConnection(eventBus, options, pipe, context, socket, abandoned);
      connections.add(connection);
      connection.ended().onComplete(done -> connections.remove(connection));
      connection.open();
    }

    @Override
    public Future<Void> ended() {
      PromiseInternal<Void> promise = context.promise();
      context.execute(() -> {
        List<Future<Void>> ends = new ArrayList<>();
        connections.forEach(connection -> ends.add(connection.ended()));
        Future.join(ends).onComplete(done -> promise.complete());
      });
      return promise.future();
    }
  }
}
