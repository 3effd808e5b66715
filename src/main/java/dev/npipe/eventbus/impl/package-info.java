// SPDX-License-Identifier: Apache-2.0
/**
 * How the event-bus bridge works: frames in, one class for each verb, permissions, replies, frames out. And how that
 * for plain messages works, which knows none of these.
 *
 * <p>May use {@code dev.npipe} and {@code dev.npipe.eventbus}.
 */
package dev.npipe.eventbus.impl;
