// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import io.vertx.ext.bridge.BridgeEventType;
import java.util.Map;

/**
 * What a client can ask for.
 */
interface Verb {

  /** By the {@code type} of the frame. */
  Map<String, Verb> ALL = Map.of(
      "send", new SendVerb(),
      "publish", new PublishVerb(),
      "register", new RegisterVerb(),
      "unregister", new UnregisterVerb(),
      "ping", new PingVerb());

  /** The event that comes before it is done. */
  BridgeEventType event();

  /**
   * Does it. Either throws, or runs {@code done} when the next frame of the connection may be looked at.
   *
   * @throws BadFrameException when the frame can not be done
   */
  void handle(BridgeConnection connection, ClientFrame frame, Runnable done);
}
