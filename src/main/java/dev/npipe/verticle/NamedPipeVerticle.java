// SPDX-License-Identifier: Apache-2.0
package dev.npipe.verticle;

import dev.npipe.NamedPipeServerOptions;
import dev.npipe.eventbus.NamedPipeMessageBridge;
import dev.npipe.eventbus.NamedPipeMessageBridgeOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/**
 * Carries plain messages between a pipe and addresses of the event bus as long as it is deployed: a
 * {@link NamedPipeMessageBridge}, configured by {@link #config()}. See {@code conf/messages.json} and
 * {@code docs/configuration/messages.md}.
 *
 * <p>Several instances share the pipe; its connections spread over their event loops.
 */
public class NamedPipeVerticle extends VerticleBase {

  private static final String SECTION = "messages";

  private NamedPipeMessageBridge bridge;

  /** Creates the verticle; deploying it starts it. */
  public NamedPipeVerticle() {
  }

  /**
   * Starts listening.
   *
   * @return a future completed when clients can connect; it fails when the configuration is wrong, with an {@link
   *     IllegalArgumentException} that names each key
   */
  @Override
  public Future<?> start() {
    Configuration configuration = Configuration.of(SECTION, config());
    NamedPipeServerOptions server = configuration.server();
    bridge = configuration.within(SECTION, () -> NamedPipeMessageBridge.create(vertx,
        new NamedPipeMessageBridgeOptions(configuration.section(SECTION)), server));
    return configuration.listen(SECTION, bridge::listen);
  }

  /**
   * Stops listening and closes the connections.
   *
   * @return a future completed when nothing of the bridge is left; what clients have not read within the linger timeout
   *     is lost, which the log tells
   */
  @Override
  public Future<?> stop() {
    return bridge == null ? Future.succeededFuture() : Undeployment.of(bridge.close());
  }
}
