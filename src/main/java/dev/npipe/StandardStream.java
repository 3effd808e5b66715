// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import io.vertx.codegen.annotations.VertxGen;

/**
 * The standard streams of this process, in the order the system counts them.
 */
@VertxGen
public enum StandardStream {

  /** What the process that started this one writes to it. */
  INPUT,

  /** What that process reads as this one's output. */
  OUTPUT,

  /** What that process reads as this one's errors. */
  ERROR
}
