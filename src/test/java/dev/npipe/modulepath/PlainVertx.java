// SPDX-License-Identifier: Apache-2.0
package dev.npipe.modulepath;

import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/** A program in which Vert.x and the library are modules: listens on a path, and prints what comes of it. */
public final class PlainVertx {

  private static final int PATIENCE_SECONDS = 20;

  private PlainVertx() {
  }

  public static void main(String[] arguments) throws Exception {
    Vertx vertx = Vertx.vertx();
    String outcome = vertx.createNetServer().connectHandler(socket -> { })
        .listen(SocketAddress.domainSocketAddress(arguments[0]))
        .map("listens").otherwise(Throwable::getMessage)
        .toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    System.out.println(vertx.getClass().getModule().getName() + "; native " + vertx.isNativeTransportEnabled() + "; "
        + outcome);
    vertx.close().toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
