// SPDX-License-Identifier: Apache-2.0
/**
 * Windows named pipes in the conventions of Vert.x: server, client, socket and their options.
 *
 * <p>Nothing here shows a Netty type. May use {@code dev.npipe.impl}, and of {@code dev.npipe.channel} what is no
 * channel.
 */
@ModuleGen(name = "npipe", groupPackage = "dev.npipe")
package dev.npipe;

import io.vertx.codegen.annotations.ModuleGen;
