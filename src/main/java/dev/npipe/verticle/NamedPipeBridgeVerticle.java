// SPDX-License-Identifier: Apache-2.0
package dev.npipe.verticle;

import dev.npipe.NamedPipeServerOptions;
import dev.npipe.eventbus.NamedPipeBridgeOptions;
import dev.npipe.eventbus.NamedPipeEventBusBridge;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/**
 * Bridges the event bus over a pipe as long as it is deployed: a {@link NamedPipeEventBusBridge}, configured by
 * {@link #config()}. See {@code conf/bridge.json} and {@code docs/configuration/bridge.md}.
 *
 * <p>Several instances share the pipe; its connections spread over their event loops.
 */
public class NamedPipeBridgeVerticle extends VerticleBase {

  private static final String SECTION = "bridge";

  private NamedPipeEventBusBridge bridge;

  /** Creates the verticle; deploying it starts it. */
  public NamedPipeBridgeVerticle() {
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
    bridge = configuration.within(SECTION, () ->
        NamedPipeEventBusBridge.create(vertx, new NamedPipeBridgeOptions(configuration.section(SECTION)), server));
    prepare(bridge);
    return configuration.listen(SECTION, bridge::listen);
  }

  /**
   * Called before the bridge listens. What JSON can not say is for subclasses to set here: a handler of bridge events,
   * and who has which authority.
   *
   * @param bridge the bridge
   */
  protected void prepare(NamedPipeEventBusBridge bridge) {
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
