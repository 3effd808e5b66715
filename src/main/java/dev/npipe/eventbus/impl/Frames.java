// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/**
 * The frames that clients are sent. Their members come in the order the TCP bridge sends them.
 */
final class Frames {

  private static final int ERROR_CODE = -1;

  private Frames() {
  }

  static JsonObject pong() {
    return new JsonObject().put("type", "pong");
  }

  /** A message for an address of the client's: one it registered, or one it wants an answer at. */
  static JsonObject message(String address, Message<?> message, boolean send) {
    JsonObject frame = new JsonObject().put("type", "message").put("address", address);
    if (message.replyAddress() != null) {
      frame.put("replyAddress", message.replyAddress());
    }
    JsonObject headers = new JsonObject();
    message.headers().forEach((name, value) -> headers.put(name, value));
    frame.put("headers", headers);
    if (message.body() != null) {
      frame.put("body", message.body());
    }
    return frame.put("send", send);
  }

  static JsonObject error(String message) {
    return new JsonObject().put("type", "err").put("message", message);
  }

  /** The failure of a request. */
  static JsonObject failure(String address, String replyAddress, Throwable cause) {
    boolean reply = cause instanceof ReplyException;
    return new JsonObject()
        .put("type", "err")
        .put("address", replyAddress)
        .put("sourceAddress", address)
        .put("failureCode", reply ? ((ReplyException) cause).failureCode() : ERROR_CODE)
        .put("failureType", (reply ? ((ReplyException) cause).failureType() : ReplyFailure.ERROR).name())
        .put("message", cause.getMessage());
  }

  /** The answer to a frame that is refused: if it is a request that can be answered, where the answer is awaited. */
  static JsonObject refusal(JsonObject frame, String message) {
    String replyAddress = frame.getString("replyAddress");
    Object address = frame.getValue("address");
    if (replyAddress != null && address instanceof String) {
      return failure((String) address, replyAddress, new BadFrameException(message));
    }
    return error(message);
  }

  /** In one piece, since several clients do not cope with a header of its own. */
  static Buffer encode(JsonObject frame) {
    // By way of a string: encoded to a buffer, characters beyond the first plane come out escaped.
    byte[] content = frame.encode().getBytes(StandardCharsets.UTF_8);
    return Buffer.buffer(4 + content.length).appendInt(content.length).appendBytes(content);
  }
}
