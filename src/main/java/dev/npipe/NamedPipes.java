// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import dev.npipe.channel.PipeIo;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.annotations.VertxGen;

/**
 * Tells whether there are named pipes here.
 *
 * <p>Servers and clients can be created anywhere; where there are no named pipes, {@code listen} and {@code connect}
 * fail with the {@link #unavailabilityCause() cause}.
 */
@VertxGen
public interface NamedPipes {

  /**
   * Whether this operating system and this JVM have named pipes.
   *
   * @return true on 64-bit Windows
   */
  static boolean isAvailable() {
    return PipeIo.isAvailable();
  }

  /**
   * Throws where there are no named pipes.
   *
   * @throws UnsupportedOperationException saying why, and what to do
   */
  static void ensureAvailable() {
    PipeIo.ensureAvailable();
  }

  /**
   * Why there are no named pipes here.
   *
   * @return the reason, null where there are
   */
  @GenIgnore(GenIgnore.PERMITTED_TYPE)
  static @Nullable Throwable unavailabilityCause() {
    return PipeIo.unavailabilityCause();
  }
}
