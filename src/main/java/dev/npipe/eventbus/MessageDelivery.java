// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus;

import io.vertx.codegen.annotations.VertxGen;

/**
 * How the event bus is given a message that a client of a {@link NamedPipeMessageBridge} has sent.
 */
@VertxGen
public enum MessageDelivery {

  /** To one receiver. That there is none is not noticed. The default. */
  SEND,

  /** To all receivers. That there are none is not noticed. */
  PUBLISH,

  /** To one receiver, whose answer the client is sent. Answers come in the order of what they answer. */
  REQUEST
}
