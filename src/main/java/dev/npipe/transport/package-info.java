// SPDX-License-Identifier: Apache-2.0
/**
 * All of Vert.x over a pipe: a Vert.x transport with which every client and server that takes a socket address takes
 * the path of a pipe.
 *
 * <p>May use the API and {@code dev.npipe.channel}; of {@code dev.npipe.impl} the one class that carries options over
 * to a channel.
 */
package dev.npipe.transport;
