// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.NamedPipeSocket;
import dev.npipe.channel.NamedPipeChannel;
import dev.npipe.channel.PeerIdentity;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import java.util.concurrent.Callable;

/**
 * What a socket has to say about its peer.
 */
abstract class PeerSocket implements NamedPipeSocket {

  private final ContextInternal context;
  private final NamedPipeChannel channel;

  PeerSocket(ContextInternal context, NamedPipeChannel channel) {
    this.context = context;
    this.channel = channel;
  }

  @Override
  public String path() {
    return channel.remoteAddress().path();
  }

  @Override
  public long peerProcessId() {
    return channel.peerProcessId();
  }

  @Override
  public Future<PeerIdentity> peer() {
    PromiseInternal<PeerIdentity> promise = context.promise();
    channel.peer().addListener(promise);
    return promise.future();
  }

  @Override
  public <T> Future<T> runAsClient(Callable<T> code) {
    PromiseInternal<T> promise = context.promise();
    channel.runAsClient(code).addListener(promise);
    return promise.future();
  }
}
