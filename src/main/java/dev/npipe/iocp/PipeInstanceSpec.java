// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

/**
 * What an instance of a pipe is created with.
 *
 * @param path the full path, {@code \\.\pipe\name}
 * @param maxInstances how many instances may exist at once, 1 to 254, or 255 for no limit
 * @param outboundBufferBytes the quota for what the server has written and the client has not read
 * @param inboundBufferBytes the quota for what the client has written and the server has not read
 * @param messageMode whether the pipe carries messages instead of a stream of bytes
 * @param rejectRemoteClients whether clients of other machines are turned away
 * @param securityDescriptor the security descriptor in SDDL; null leaves the system's default, which lets everyone read
 */
public record PipeInstanceSpec(
    String path,
    int maxInstances,
    int outboundBufferBytes,
    int inboundBufferBytes,
    boolean messageMode,
    boolean rejectRemoteClients,
    String securityDescriptor) {
}
