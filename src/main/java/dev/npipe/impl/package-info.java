// SPDX-License-Identifier: Apache-2.0
/**
 * What is behind the public API: sockets, servers that share a name, and clients, on the channels of
 * {@code dev.npipe.channel}.
 *
 * <p>May use {@code dev.npipe}, {@code dev.npipe.channel}, Netty, and of Vert.x what its module exports.
 */
package dev.npipe.impl;
