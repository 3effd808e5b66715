// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.NamedPipeSocket;
import dev.npipe.eventbus.BridgeEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.BridgeEventType;

/**
 * One event, whose future completes on the context of the connection.
 */
final class BridgeEventImpl implements BridgeEvent {

  private final Promise<Boolean> promise;
  private final BridgeEventType type;
  private final JsonObject rawMessage;
  private final NamedPipeSocket socket;

  BridgeEventImpl(Promise<Boolean> promise, BridgeEventType type, JsonObject rawMessage, NamedPipeSocket socket) {
    this.promise = promise;
    this.type = type;
    this.rawMessage = rawMessage;
    this.socket = socket;
  }

  @Override
  public BridgeEventType type() {
    return type;
  }

  @Override
  public JsonObject getRawMessage() {
    return rawMessage;
  }

  @Override
  public BridgeEvent setRawMessage(JsonObject message) {
    if (rawMessage == null) {
      throw new IllegalStateException(type + " has no message");
    }
    if (message != rawMessage) {
      rawMessage.clear().mergeIn(message);
    }
    return this;
  }

  @Override
  public NamedPipeSocket socket() {
    return socket;
  }

  @Override
  public boolean tryComplete(Boolean result) {
    return promise.tryComplete(result);
  }

  @Override
  public boolean tryFail(Throwable cause) {
    return promise.tryFail(cause);
  }

  @Override
  public Future<Boolean> future() {
    return promise.future();
  }
}
