// SPDX-License-Identifier: Apache-2.0
/**
 * Verticles that are deployed by name and configured by JSON: from configuration to options to a bridge.
 *
 * <p>They need {@code io.vertx:vertx-json-schema}, and the one for the event-bus bridge needs
 * {@code io.vertx:vertx-eventbus-bridge-common}: optional dependencies. {@link dev.npipe.verticle.NamedPipeApplication}
 * deploys them from a command line. May use {@code dev.npipe.eventbus}, {@code dev.npipe.transport}, {@code dev.npipe}
 * and the exception of {@code dev.npipe.channel}.
 */
package dev.npipe.verticle;
