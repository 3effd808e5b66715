// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Pointer;
import java.lang.ref.Reference;

/**
 * SDDL as the system itself writes it, with its two-letter names for the SIDs it knows: what a test compares with.
 */
public final class Sddl {

  private static final int DESCRIPTOR_POINTER = 8;

  private Sddl() {
  }

  /**
   * Has the system parse a text and write it again.
   *
   * @param sddl an access control list
   * @return the same in the system's words
   */
  public static String asStored(String sddl) {
    SecurityDescriptor descriptor = SecurityDescriptor.parse(sddl);
    try (LocalMemory text = new LocalMemory()) {
      long address = new Pointer(descriptor.attributesAddress()).getLong(DESCRIPTOR_POINTER);
      if (Advapi32.ConvertSecurityDescriptorToStringSecurityDescriptorW(address, Win32Constants.SDDL_REVISION_1,
          Win32Constants.DACL_SECURITY_INFORMATION, text.place(), Win32Constants.NULL) == Win32Constants.FALSE) {
        throw new Win32Exception("ConvertSecurityDescriptorToStringSecurityDescriptor", Kernel32.lastError());
      }
      return text.pointee().getWideString(0);
    } finally {
      Reference.reachabilityFence(descriptor);
    }
  }
}
