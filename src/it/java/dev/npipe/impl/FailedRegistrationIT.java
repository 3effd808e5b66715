// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.NamedPipeServerOptions;
import dev.npipe.channel.LogWatch;
import dev.npipe.channel.NamedPipeAddress;
import dev.npipe.channel.NamedPipeChannel;
import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client that no event loop takes. */
@ExtendWith(LogWatch.class)
class FailedRegistrationIT {

  private static final int PATIENCE_SECONDS = 30;

  private final VertxInternal vertx = (VertxInternal) Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void withoutAnExceptionHandlerItIsLogged() throws Exception {
    ContextInternal context = vertx.getOrCreateContext();
    EventLoop loop = context.nettyEventLoop();
    NamedPipeChannel client = new NamedPipeChannel();
    // It has an event loop already, and so cannot be given one.
    loop.register(client).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    new ListeningServer(context, NamedPipeAddress.of("nobody-listens"), new NamedPipeServerOptions(), socket -> { },
        null, null).accept(client, null);
    loop.submit(() -> { }).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    String logged = LogWatch.take();
    assertTrue(logged.contains("registered"), logged);
    assertFalse(client.isOpen());
  }
}
