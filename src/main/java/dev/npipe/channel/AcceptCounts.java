// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

/**
 * What a listening pipe has seen so far.
 *
 * @param accepted the clients that were handed over
 * @param clientsGone the clients that came, wrote nothing and left before they could be accepted; each was replaced
 *     without a word
 * @param errors the errors of the system that kept instances from waiting for clients
 * @param exhaustions how often all instances that waited were taken, so that a further client found the pipe busy
 * @param pendingInstances the instances that wait for clients now, or have one that is not handed over yet
 * @param connections the clients that are connected now
 */
public record AcceptCounts(long accepted, long clientsGone, long errors, long exhaustions, int pendingInstances,
    int connections) {
}
