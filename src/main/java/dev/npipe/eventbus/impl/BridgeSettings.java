// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import dev.npipe.eventbus.AuthorityProvider;
import dev.npipe.eventbus.BridgeEvent;
import dev.npipe.eventbus.NamedPipeBridgeOptions;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.EventBus;

/**
 * What all connections of a bridge have in common.
 */
final class BridgeSettings {

  private final EventBus eventBus;
  private final NamedPipeBridgeOptions limits;
  private final Permissions inbound;
  private final Permissions outbound;
  private final Handler<BridgeEvent> eventHandler;
  private final AuthorityProvider authorityProvider;

  BridgeSettings(EventBus eventBus, NamedPipeBridgeOptions options, Handler<BridgeEvent> eventHandler,
      AuthorityProvider authorityProvider) {
    this.eventBus = eventBus;
    this.limits = options;
    this.inbound = new Permissions("inboundPermitteds", options.getInboundPermitteds());
    this.outbound = new Permissions("outboundPermitteds", options.getOutboundPermitteds());
    this.eventHandler = eventHandler;
    this.authorityProvider = authorityProvider;
  }

  /** The same rules and limits for other listeners. */
  BridgeSettings with(Handler<BridgeEvent> newEventHandler, AuthorityProvider newAuthorityProvider) {
    return new BridgeSettings(eventBus, limits, newEventHandler, newAuthorityProvider);
  }

  EventBus eventBus() {
    return eventBus;
  }

  NamedPipeBridgeOptions limits() {
    return limits;
  }

  Permissions inbound() {
    return inbound;
  }

  Permissions outbound() {
    return outbound;
  }

  Handler<BridgeEvent> eventHandler() {
    return eventHandler;
  }

  AuthorityProvider authorityProvider() {
    return authorityProvider;
  }

  void requireAuthorityProvider() {
    if (authorityProvider == null) {
      inbound.firstWithAuthority().or(outbound::firstWithAuthority).ifPresent(rule -> {
        throw new IllegalStateException(
            rule + ".requiredAuthority can be checked by nobody: set an authorityProvider, or remove it");
      });
    }
  }
}
