// SPDX-License-Identifier: Apache-2.0
package dev.npipe.verticle;

import dev.npipe.NamedPipes;
import dev.npipe.transport.NamedPipeTransport;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.launcher.application.VertxApplication;
import io.vertx.launcher.application.VertxApplicationHooks;

/**
 * What {@code java -jar} runs: Vert.x's own launcher, with its arguments, of a Vert.x that has the
 * {@link NamedPipeTransport}. So the event loops wait for their pipes themselves, which is the fastest way, and every
 * verticle that is deployed can take the path of a pipe for an address.
 *
 * <p>Needs {@code io.vertx:vertx-launcher-application}, an optional dependency. Which verticle is deployed when none is
 * named is said by the {@code Main-Verticle} of the manifest that has this class as its {@code Main-Class}.
 */
public final class NamedPipeApplication extends VertxApplication implements VertxApplicationHooks {

  NamedPipeApplication(String... arguments) {
    // The hooks are then this object.
    super(arguments, null);
  }

  /**
   * Deploys a verticle; a failure to do so ends the JVM.
   *
   * @param arguments those of {@link VertxApplication}
   */
  public static void main(String[] arguments) {
    new NamedPipeApplication(arguments).launch();
  }

  /**
   * Builds as ever where there are no named pipes: what is deployed says so, or does not need any.
   *
   * @param options the options of the Vert.x
   * @return its builder
   */
  @Override
  public VertxBuilder createVertxBuilder(VertxOptions options) {
    VertxBuilder builder = VertxApplicationHooks.super.createVertxBuilder(options);
    return NamedPipes.isAvailable() ? builder.withTransport(NamedPipeTransport.create()) : builder;
  }
}
