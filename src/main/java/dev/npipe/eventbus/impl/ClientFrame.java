// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.eventbus.NamedPipeBridgeOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A frame of a client, member by member. What is not as it should be is a {@link BadFrameException}.
 */
final class ClientFrame {

  private final JsonObject json;
  private final NamedPipeBridgeOptions limits;

  ClientFrame(JsonObject json, NamedPipeBridgeOptions limits) {
    this.json = json;
    this.limits = limits;
  }

  JsonObject json() {
    return json;
  }

  Verb verb() {
    Object type = json.getValue("type");
    if (type == null) {
      throw new BadFrameException("missing_type");
    }
    if (!(type instanceof String)) {
      throw new BadFrameException("invalid_type");
    }
    Verb verb = Verb.ALL.get(type);
    if (verb == null) {
      throw new BadFrameException("unknown_type");
    }
    return verb;
  }

  String address() {
    return address(any -> false);
  }

  /** Some addresses may be of any length. */
  String address(Predicate<String> ofAnyLength) {
    Object address = json.getValue("address");
    if (address == null) {
      throw new BadFrameException("missing_address");
    }
    if (!(address instanceof String)) {
      throw new BadFrameException("invalid_address");
    }
    return ofAnyLength.test((String) address) ? (String) address : checked((String) address);
  }

  /** Where the client wants the answer: any JSON, as with the TCP bridge. Null when it wants none. */
  String replyAddress() {
    String address = json.getString("replyAddress");
    return address == null ? null : checked(address);
  }

  private String checked(String address) {
    if (address.length() > limits.getMaxAddressLength()) {
      throw new BadFrameException("max_address_length_reached");
    }
    return address;
  }

  /** Any JSON, except what the bus has no codec for: a bare number of more than 64 bits. */
  Object body() {
    Object body = json.getValue("body");
    if (body instanceof BigInteger) {
      throw new BadFrameException("invalid_body");
    }
    return body;
  }

  /** The code of a failure that answers a request; null when the frame is none. */
  Integer failureCode() {
    Object code = json.getValue("failureCode");
    if (code != null && !(code instanceof Number)) {
      throw new BadFrameException("invalid_failure_code");
    }
    return code == null ? null : ((Number) code).intValue();
  }

  String failureMessage() {
    return json.getString("message");
  }

  /** Three headers are not for the receiver, but say how to send. */
  DeliveryOptions deliveryOptions() {
    DeliveryOptions options = new DeliveryOptions();
    options.setSendTimeout(cut(options.getSendTimeout()));
    Object headers = json.getValue("headers");
    if (headers == null) {
      return options;
    }
    if (!(headers instanceof JsonObject)) {
      throw new BadFrameException("invalid_headers");
    }
    for (Map.Entry<String, Object> header : (JsonObject) headers) {
      Object value = header.getValue();
      switch (header.getKey()) {
        case "timeout":
          options.setSendTimeout(timeout(value));
          break;
        case "localOnly":
          options.setLocalOnly(localOnly(value));
          break;
        case "codecName":
          throw new BadFrameException("codec_not_permitted");
        default:
          if (value == null) {
            throw new BadFrameException("invalid_headers");
          }
          options.addHeader(header.getKey(), value.toString());
      }
    }
    return options;
  }

  private long timeout(Object value) {
    if (!(value instanceof Number) || ((Number) value).longValue() < 1) {
      throw new BadFrameException("invalid_headers");
    }
    return cut(((Number) value).longValue());
  }

  private long cut(long millis) {
    return Math.max(1, Math.min(millis, limits.getMaxSendTimeout().toMillis()));
  }

  private static boolean localOnly(Object value) {
    if (!(value instanceof Boolean)) {
      throw new BadFrameException("invalid_headers");
    }
    return (Boolean) value;
  }
}
