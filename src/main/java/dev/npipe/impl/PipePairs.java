// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.NamedPipeClient;
import dev.npipe.NamedPipeClientOptions;
import dev.npipe.NamedPipePair;
import dev.npipe.NamedPipeServer;
import dev.npipe.NamedPipeServerOptions;
import dev.npipe.NamedPipeSocket;
import dev.npipe.SecurityPreset;
import dev.npipe.channel.ExpectedServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.UUID;

/**
 * Connects two sockets of one process: a server for one client, whose name nobody else knows, and which lets nobody in
 * but this process.
 */
public final class PipePairs {

  private PipePairs() {
  }

  /**
   * Connects two sockets.
   *
   * @param vertx the Vert.x instance
   * @param serverOptions those of the server's end
   * @param clientOptions those of the client's end
   * @return a future completed with both, which are paused
   */
  public static Future<NamedPipePair> connect(Vertx vertx, NamedPipeServerOptions serverOptions,
      NamedPipeClientOptions clientOptions) {
    return connect(vertx, serverOptions, clientOptions, PipeChannels.SYSTEM);
  }

  static Future<NamedPipePair> connect(Vertx vertx, NamedPipeServerOptions serverOptions,
      NamedPipeClientOptions clientOptions, PipeChannels channels) {
    ContextInternal context = ((VertxInternal) vertx).getOrCreateContext();
    long self = ProcessHandle.current().pid();
    Promise<NamedPipeSocket> accepted = Promise.promise();
    NamedPipeServer server = new NamedPipeServerImpl(vertx, new NamedPipeServerOptions(serverOptions)
        .setMaxInstances(1)
        .setPendingInstances(1)
        .setRejectRemoteClients(true)
        .setFirstInstanceRequired(true)
        .setSecurityDescriptor(null)
        .setSecurityPreset(SecurityPreset.CURRENT_USER), channels)
        .peerVerifier(peer -> Future.succeededFuture(peer.processId().filter(id -> id == self).isPresent()))
        .exceptionHandler(accepted::tryFail)
        .connectHandler(socket -> {
          if (!accepted.tryComplete(socket.pause())) {
            socket.close();
          }
        });
    NamedPipeClient client = new NamedPipeClientImpl(vertx, new NamedPipeClientOptions(clientOptions)
        .setExpectServer(ExpectedServer.processId(self)), channels);
    return context.future(promise -> context.emit(null, ignored -> server.listen("npipe-pair-" + UUID.randomUUID())
        .compose(listening -> client.connect(listening.path()))
        .map(NamedPipeSocket::pause)
        .compose(clientEnd -> accepted.future().map(serverEnd -> new NamedPipePair(serverEnd, clientEnd)))
        .onSuccess(pair -> endWith(pair, server, client))
        .onFailure(failure -> server.close().eventually(client::close))
        .onComplete(promise)));
  }

  /** The server has one client only, and nothing to do when it has left. */
  private static void endWith(NamedPipePair pair, NamedPipeServer server, NamedPipeClient client) {
    ((NamedPipeSocketImpl) pair.serverEnd()).onClose(server::close);
    ((NamedPipeSocketImpl) pair.clientEnd()).onClose(client::close);
  }
}
