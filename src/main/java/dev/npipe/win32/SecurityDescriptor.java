// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.WString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A security descriptor made from SDDL, inside a SECURITY_ATTRIBUTES that a creating function can be given. The
 * self-relative descriptor is copied to memory the garbage collector owns, so that descriptors can be shared between
 * threads without anybody having to know when the last one is done: keep the object reachable during the call.
 */
public final class SecurityDescriptor {

  private static final int ATTRIBUTES_BYTES = 24;
  private static final int DESCRIPTOR_OFFSET = 8;
  private static final int INHERIT_OFFSET = 16;
  // The descriptor starts on a multiple of 16, as one from LocalAlloc does.
  private static final int HEADER_BYTES = 32;

  private final ByteBuffer memory;
  private final long address;

  private SecurityDescriptor(byte[] descriptor) {
    memory = ByteBuffer.allocateDirect(HEADER_BYTES + descriptor.length).order(ByteOrder.LITTLE_ENDIAN);
    address = NativeMemory.addressOf(memory);
    memory.putInt(0, ATTRIBUTES_BYTES);
    memory.putLong(DESCRIPTOR_OFFSET, address + HEADER_BYTES);
    memory.putInt(INHERIT_OFFSET, Win32Constants.FALSE);
    memory.put(HEADER_BYTES, descriptor);
  }

  /**
   * Parses SDDL.
   *
   * @param sddl such as {@code D:P(A;;GA;;;SY)}
   * @return the descriptor
   * @throws Win32Exception when the text is malformed, with the code the system gives for it
   */
  public static SecurityDescriptor parse(String sddl) {
    try (LocalMemory descriptor = new LocalMemory(); Memory size = new Memory(Integer.BYTES)) {
      if (Advapi32.ConvertStringSecurityDescriptorToSecurityDescriptorW(new WString(sddl),
          Win32Constants.SDDL_REVISION_1, descriptor.place(), Pointer.nativeValue(size)) == Win32Constants.FALSE) {
        throw new Win32Exception("ConvertStringSecurityDescriptorToSecurityDescriptor", Kernel32.lastError());
      }
      return new SecurityDescriptor(descriptor.pointee().getByteArray(0, size.getInt(0)));
    }
  }

  /**
   * Where the SECURITY_ATTRIBUTES are.
   *
   * @return the address, valid as long as this object is reachable
   */
  public long attributesAddress() {
    return address;
  }

  /**
   * Reads the access control list of an open handle back from the system.
   *
   * @param handle a pipe, opened with READ_CONTROL as both ends are
   * @return the list in SDDL, empty when there is none
   * @throws Win32Exception when the handle does not allow it
   */
  public static String daclOf(long handle) {
    try (LocalMemory descriptor = new LocalMemory(); LocalMemory sddl = new LocalMemory()) {
      int error = Advapi32.GetSecurityInfo(handle, Win32Constants.SE_KERNEL_OBJECT,
        Win32Constants.DACL_SECURITY_INFORMATION, 0, 0, 0, 0, descriptor.place());
      if (error != Win32Errors.ERROR_SUCCESS) {
        throw new Win32Exception("GetSecurityInfo", error);
      }
      if (Advapi32.ConvertSecurityDescriptorToStringSecurityDescriptorW(Pointer.nativeValue(descriptor.pointee()),
          Win32Constants.SDDL_REVISION_1, Win32Constants.DACL_SECURITY_INFORMATION, sddl.place(),
          Win32Constants.NULL) == Win32Constants.FALSE) {
        throw new Win32Exception("ConvertSecurityDescriptorToStringSecurityDescriptor", Kernel32.lastError());
      }
      return sddl.pointee().getWideString(0);
    }
  }

  /**
   * Who owns the object behind an open handle.
   *
   * @param handle a pipe, opened with READ_CONTROL as both ends are
   * @return the SID in text form, or null where the system does not tell
   */
  public static String ownerOf(long handle) {
    try (LocalMemory descriptor = new LocalMemory(); Memory owner = new Memory(Long.BYTES)) {
      owner.setLong(0, Win32Constants.NULL);
      int error = Advapi32.GetSecurityInfo(handle, Win32Constants.SE_KERNEL_OBJECT,
        Win32Constants.OWNER_SECURITY_INFORMATION, Pointer.nativeValue(owner), 0, 0, 0, descriptor.place());
      // It points into the descriptor.
      return error == Win32Errors.ERROR_SUCCESS ? Sid.toText(owner.getLong(0)) : null;
    }
  }
}
