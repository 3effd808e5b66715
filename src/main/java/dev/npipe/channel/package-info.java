// SPDX-License-Identifier: Apache-2.0
/**
 * Named pipes as Netty channels: the server's, the client's, their configuration, address and errors. Usable with any
 * Netty 4.2 event loop, with or without Vert.x.
 *
 * <p>May use {@code dev.npipe.iocp} and Netty.
 */
package dev.npipe.channel;
