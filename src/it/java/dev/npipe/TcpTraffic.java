// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.TimeUnit;

/** A connection over TCP on each event loop, with something said on it now and then as long as the Vert.x lives. */
final class TcpTraffic {

  private static final String HOST = "127.0.0.1";
  private static final long PAUSE_MILLIS = 5;
  private static final Buffer PING = Buffer.buffer("ping");

  private final Vertx vertx;
  // A client that nobody holds is closed.
  private final NetClient client;

  private TcpTraffic(Vertx vertx) {
    this.vertx = vertx;
    this.client = vertx.createNetClient();
  }

  static void start(Vertx vertx) {
    new TcpTraffic(vertx).start();
  }

  private void start() {
    NetServer server = vertx.createNetServer().connectHandler(socket -> socket.handler(socket::write));
    Future<?> begun = server.listen(0, HOST).compose(listening -> {
      Future<?> all = Future.succeededFuture();
      for (EventExecutor loop : ((VertxInternal) vertx).eventLoopGroup()) {
        Context context = ((VertxInternal) vertx).createEventLoopContext();
        all = all.compose(before -> Future.future(done -> context.runOnContext(here ->
            client.connect(listening.actualPort(), HOST).map(this::talk).<Void>mapEmpty().onComplete(done))));
      }
      return all;
    });
    try {
      begun.await(PipeRig.PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new AssertionError("no TCP beside the pipes", e);
    }
  }

  private NetSocket talk(NetSocket socket) {
    socket.handler(answer -> vertx.setTimer(PAUSE_MILLIS, later -> socket.write(PING)));
    socket.exceptionHandler(closing -> { });
    socket.write(PING);
    return socket;
  }
}
