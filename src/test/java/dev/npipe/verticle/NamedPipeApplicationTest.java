// SPDX-License-Identifier: Apache-2.0
package dev.npipe.verticle;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.npipe.transport.NamedPipeTransport;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class NamedPipeApplicationTest {

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void whereThereAreNoPipesTheVertxIsAsEver() throws Exception {
    Vertx vertx = new NamedPipeApplication().createVertxBuilder(new VertxOptions()).build();
    assertThrows(IllegalStateException.class, () -> NamedPipeTransport.of(vertx));
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
