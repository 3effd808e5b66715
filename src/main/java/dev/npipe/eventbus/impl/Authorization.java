// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.NamedPipeSocket;
import dev.npipe.eventbus.AuthorityProvider;
import dev.npipe.eventbus.impl.Permissions.Rule;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/**
 * Which rules a client may use: those without a required authority, and those whose authority it has.
 */
final class Authorization {

  private static final Logger LOG = LoggerFactory.getLogger(Authorization.class);

  private final ContextInternal context;
  private final NamedPipeSocket socket;
  private final AuthorityProvider provider;

  Authorization(ContextInternal context, NamedPipeSocket socket, AuthorityProvider provider) {
    this.context = context;
    this.socket = socket;
    this.provider = provider;
  }

  /** Whether one of the rules may be used. At once, unless an authority has to be asked for. */
  void any(List<Rule> rules, Handler<Boolean> then) {
    if (rules.stream().anyMatch(rule -> rule.authority() == null)) {
      then.handle(true);
    } else {
      any(rules.iterator(), then);
    }
  }

  private void any(Iterator<Rule> rules, Handler<Boolean> then) {
    if (rules.hasNext()) {
      ask(rules.next(), granted -> {
        if (granted) {
          then.handle(true);
        } else {
          any(rules, then);
        }
      });
    } else {
      then.handle(false);
    }
  }

  /** Those of the rules that may be used. */
  void granted(List<Rule> rules, Handler<List<Rule>> then) {
    granted(rules.iterator(), new ArrayList<>(rules.size()), then);
  }

  private void granted(Iterator<Rule> rules, List<Rule> granted, Handler<List<Rule>> then) {
    while (rules.hasNext()) {
      Rule rule = rules.next();
      if (rule.authority() != null) {
        ask(rule, yes -> {
          if (yes) {
            granted.add(rule);
          }
          granted(rules, granted, then);
        });
        return;
      }
      granted.add(rule);
    }
    then.handle(granted);
  }

  private void ask(Rule rule, Handler<Boolean> then) {
    PromiseInternal<Boolean> answer = context.promise();
    try {
      Future<Boolean> asked = Objects.requireNonNull(provider.hasAuthority(socket, rule.authority()), "no future");
      asked.onComplete(answer);
    } catch (RuntimeException | Error e) {
      answer.tryFail(e);
    }
    answer.future().onComplete(done -> {
      if (done.failed()) {
        LOG.error("The authority provider failed on '" + rule.authority() + "'", done.cause());
      }
      then.handle(done.succeeded() && Boolean.TRUE.equals(done.result()));
    });
  }
}
