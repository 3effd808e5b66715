// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.eventbus.MessageFormat;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * From the bytes of a message to the body of one on the bus, and back.
 */
final class MessageBodies {

  private static final int FAILURE_CODE = -1;

  private MessageBodies() {
  }

  /**
   * What a client has sent, for the bus.
   *
   * @throws IllegalArgumentException when the bytes are not of the format
   */
  static Object decode(MessageFormat format, Buffer message) {
    if (format == MessageFormat.BUFFER) {
      return message;
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message.getBytes())).toString();
      return format == MessageFormat.TEXT ? text : json(text);
    } catch (CharacterCodingException | DecodeException e) {
      throw new IllegalArgumentException(format == MessageFormat.TEXT ? "The message is not UTF-8"
          : "The message is not JSON in UTF-8", e);
    }
  }

  private static Object json(String text) {
    Object value = Json.decodeValue(text);
    if (value instanceof BigInteger) {
      throw new IllegalArgumentException("The bus takes no number of more than 64 bits");
    }
    return value;
  }

  /**
   * What somebody on the bus has sent, for a client.
   *
   * @throws IllegalArgumentException when it can not be told in bytes
   */
  static Buffer encode(Object body) {
    if (body == null) {
      return Buffer.buffer();
    }
    if (body instanceof Buffer) {
      return (Buffer) body;
    }
    if (body instanceof byte[]) {
      return Buffer.buffer((byte[]) body);
    }
    if (body instanceof String) {
      return Buffer.buffer((String) body);
    }
    try {
      // By way of a string: encoded to a buffer, characters beyond the first plane come out escaped.
      return Buffer.buffer(Json.encode(body));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("The body can not be sent as JSON: " + e.getMessage(), e);
    }
  }

  /** A failed request, told to the client. */
  static Buffer describe(Throwable cause) {
    boolean reply = cause instanceof ReplyException;
    return new JsonObject()
        .put("failureCode", reply ? ((ReplyException) cause).failureCode() : FAILURE_CODE)
        .put("failureType", (reply ? ((ReplyException) cause).failureType() : ReplyFailure.ERROR).name())
        .put("message", cause.getMessage())
        .toBuffer();
  }
}
