// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;

/**
 * What the {@code match} of a rule asks of a body.
 */
final class BodyPattern {

  private BodyPattern() {
  }

  /** Whether a body has all members of a pattern, objects in it likewise. Arrays have to be the same. */
  static boolean contains(Object body, JsonObject pattern) {
    if (!(body instanceof JsonObject)) {
      return false;
    }
    for (Map.Entry<String, Object> expected : pattern) {
      // A member that is null has to be there too.
      if (!((JsonObject) body).containsKey(expected.getKey())) {
        return false;
      }
      Object actual = ((JsonObject) body).getValue(expected.getKey());
      boolean same = expected.getValue() instanceof JsonObject
          ? contains(actual, (JsonObject) expected.getValue()) : areEqual(expected.getValue(), actual);
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private static boolean areEqual(Object one, Object other) {
    if (one instanceof Number && other instanceof Number) {
      return areEqual((Number) one, (Number) other);
    }
    if (one instanceof JsonArray && other instanceof JsonArray) {
      return areEqual((JsonArray) one, (JsonArray) other);
    }
    if (one instanceof JsonObject && other instanceof JsonObject) {
      return ((JsonObject) one).size() == ((JsonObject) other).size() && contains(other, (JsonObject) one)
          && contains(one, (JsonObject) other);
    }
    return Objects.equals(one, other);
  }

  private static boolean areEqual(JsonArray one, JsonArray other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (int i = 0; i < one.size(); i++) {
      if (!areEqual(one.getValue(i), other.getValue(i))) {
        return false;
      }
    }
    return true;
  }

  /** By value, whatever their types, to the last digit: another number may be the identity of somebody else. */
  private static boolean areEqual(Number one, Number other) {
    try {
      return new BigDecimal(one.toString()).compareTo(new BigDecimal(other.toString())) == 0;
    } catch (NumberFormatException notFinite) {
      return one.equals(other);
    }
  }
}
