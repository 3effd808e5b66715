// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

/**
 * Two ends of one connection, in one process.
 *
 * @param serverEnd the end that a server would have
 * @param clientEnd the end that a client would have
 */
public record NamedPipePair(NamedPipeSocket serverEnd, NamedPipeSocket clientEnd) {
}
