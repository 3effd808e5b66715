// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.PermittedOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The rules of one direction. What none of them admits is refused.
 */
final class Permissions {

  private final List<Rule> rules = new ArrayList<>();

  Permissions(String direction, List<PermittedOptions> permitted) {
    for (int i = 0; i < permitted.size(); i++) {
      rules.add(new Rule(direction + "[" + i + "]", permitted.get(i)));
    }
  }

  /** What the first rule with a required authority is called. */
  Optional<String> firstWithAuthority() {
    return rules.stream().filter(rule -> rule.authority() != null).map(rule -> rule.name).findFirst();
  }

  /** The rules for an address. What event buses use among themselves is for nobody. */
  List<Rule> forAddress(String address) {
    List<Rule> found = new ArrayList<>(1);
    if (!address.startsWith("__vertx.")) {
      for (Rule rule : rules) {
        if (rule.isFor(address)) {
          found.add(rule);
        }
      }
    }
    return found;
  }

  /** The rules for an address that let this body pass. */
  List<Rule> forMessage(String address, Object body) {
    List<Rule> found = forAddress(address);
    found.removeIf(rule -> !rule.lets(body));
    return found;
  }

  /** One of the {@code PermittedOptions}, ready to be asked by any thread. */
  static final class Rule {

    private final String name;
    private final String address;
    private final Pattern expression;
    private final JsonObject match;
    private final String authority;

    private Rule(String name, PermittedOptions options) {
      this.name = name;
      address = options.getAddress();
      expression = address == null && options.getAddressRegex() != null
          ? compile(name, options.getAddressRegex()) : null;
      match = options.getMatch() == null ? null : options.getMatch().copy();
      authority = options.getRequiredAuthority();
    }

    private static Pattern compile(String name, String expression) {
      try {
        return Pattern.compile(expression);
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException(name + ".addressRegex is no regular expression: " + expression, e);
      }
    }

    String authority() {
      return authority;
    }

    boolean isFor(String candidate) {
      if (address != null) {
        return address.equals(candidate);
      }
      return expression == null || expression.matcher(candidate).matches();
    }

    boolean lets(Object body) {
      return match == null || BodyPattern.contains(body, match);
    }
  }
}
