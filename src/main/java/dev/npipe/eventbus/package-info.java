// SPDX-License-Identifier: Apache-2.0
/**
 * The event bus over a named pipe: a bridge that speaks the protocol of the TCP event-bus bridge, one for plain
 * messages, and their options.
 *
 * <p>The former needs {@code io.vertx:vertx-eventbus-bridge-common}, an optional dependency. May use {@code dev.npipe}
 * and, for what works behind the interfaces, {@code dev.npipe.eventbus.impl}.
 */
@ModuleGen(name = "npipe-eventbus", groupPackage = "dev.npipe")
package dev.npipe.eventbus;

import io.vertx.codegen.annotations.ModuleGen;
