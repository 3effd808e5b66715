// SPDX-License-Identifier: Apache-2.0
/**
 * Verticles that are deployed by name and configured by JSON: from configuration to options to a bridge.
 *
 * <p>They need {@code io.vertx:vertx-json-schema}, and the one for the event-bus bridge needs
 * {@code io.vertx:vertx-eventbus-bridge-common}: optional dependencies. May use {@code dev.npipe.eventbus} and
 * {@code dev.npipe}.
 */
package dev.npipe.verticle;
