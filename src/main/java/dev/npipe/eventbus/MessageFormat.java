// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus;

import io.vertx.codegen.annotations.VertxGen;

/**
 * What the messages of a client become on the event bus. The other way round any body is taken: buffers and byte arrays
 * as they are, nothing as an empty message, strings as UTF-8, everything else as JSON.
 */
@VertxGen
public enum MessageFormat {

  /** A {@code Buffer}, whatever is in it. The default. */
  BUFFER,

  /** A {@code String}, of UTF-8. */
  TEXT,

  /** What the JSON says: {@code JsonObject}, {@code JsonArray}, {@code String}, a number, a boolean or null. */
  JSON
}
