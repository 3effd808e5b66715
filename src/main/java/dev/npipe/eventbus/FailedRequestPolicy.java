// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus;

import io.vertx.codegen.annotations.VertxGen;

/**
 * What a client gets in the place of an answer when its request failed: nobody was there, the time was up, the receiver
 * failed it, or it was not of the {@link MessageFormat}.
 */
@VertxGen
public enum FailedRequestPolicy {

  /** Nothing: its connection is closed, once the answers before have been sent. The default. */
  CLOSE,

  /** An empty message. Risk: an answer of null looks the same. */
  EMPTY,

  /** JSON: {@code {"failureCode":-1,"failureType":"NO_HANDLERS","message":"..."}}. */
  DESCRIBE
}
