// SPDX-License-Identifier: Apache-2.0
/**
 * Completion ports and overlapped operations: who polls a port, who owns a handle, and the
 * {@link dev.npipe.iocp.PipeKernel} seam through which all of it reaches the operating system. Depends on
 * {@code dev.npipe.win32} only.
 */
package dev.npipe.iocp;
