// SPDX-License-Identifier: Apache-2.0
/**
 * The Win32 functions behind a named pipe, as JNA direct mappings, with their constants, error codes and security
 * descriptors. The only package that imports {@code com.sun.jna}, and it depends on nothing else. Its classes load on
 * every operating system; their functions can be called on 64-bit Windows, see
 * {@link dev.npipe.win32.Win32Platform}.
 */
package dev.npipe.win32;
