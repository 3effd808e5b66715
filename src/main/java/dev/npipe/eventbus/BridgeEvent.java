// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus;

import dev.npipe.NamedPipeSocket;
import io.vertx.codegen.annotations.CacheReturn;
import io.vertx.codegen.annotations.Fluent;
import io.vertx.codegen.annotations.Nullable;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.BaseBridgeEvent;

/**
 * What happens at the bridge, told before it takes effect. Complete it with true to let it happen, with false to refuse
 * it. It may be completed later, and in any thread: what comes after it on the same connection waits.
 */
@VertxGen
public interface BridgeEvent extends BaseBridgeEvent {

  /**
   * The frame: what the client sent, or for {@code RECEIVE} what it is to be sent. For {@code SOCKET_ERROR} the {@code
   * err} frame.
   *
   * @return the frame, null for the other events of the connection itself
   */
  @Override
  @Nullable JsonObject getRawMessage();

  /**
   * Puts another frame in place of the one that came. It is looked at as if it had come: permissions, limits and type
   * are checked after the event.
   *
   * @param message the frame
   * @return a reference to this, so the API can be used fluently
   */
  @Fluent
  @Override
  BridgeEvent setRawMessage(JsonObject message);

  /**
   * The connection, which says who is at its other end.
   *
   * @return the connection; what is written to it gets between the frames of the bridge
   */
  @CacheReturn
  NamedPipeSocket socket();
}
