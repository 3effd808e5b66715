// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Pointer;
import java.lang.ref.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityDescriptorIT {

  @Test
  void theAttributesAreThoseOfAHandleThatIsNotInherited() {
    SecurityDescriptor descriptor = SecurityDescriptor.parse("D:P(A;;GA;;;SY)");
    Pointer attributes = new Pointer(descriptor.attributesAddress());
    assertEquals(24, attributes.getInt(0));
    assertEquals(descriptor.attributesAddress() + 32, attributes.getLong(8));
    assertEquals(0, attributes.getInt(16));
    assertEquals(1, attributes.getByte(32), "the revision with which a descriptor begins");
    Reference.reachabilityFence(descriptor);
  }

  @ParameterizedTest
  @ValueSource(strings = {"D:P(nonsense", "not SDDL at all", "D:P(A;;GA;;;not-a-sid)"})
  void malformedTextIsRefusedWithTheSystemsCode(String sddl) {
    Win32Exception refusal = assertThrows(Win32Exception.class, () -> SecurityDescriptor.parse(sddl));
    assertNotEquals(0, refusal.code());
    assertTrue(refusal.getMessage().startsWith("ConvertStringSecurityDescriptorToSecurityDescriptor failed: "),
      refusal.getMessage());
  }

  @Test
  void readingTheListOfAHandleThatIsNoneSaysSo() {
    Win32Exception refusal = assertThrows(Win32Exception.class, () -> SecurityDescriptor.daclOf(0));
    assertEquals(Win32Errors.ERROR_INVALID_HANDLE, refusal.code());
    assertEquals("GetSecurityInfo", refusal.operation());
  }

  @Test
  void theCurrentUserHasASidAndKeepsIt() {
    assertTrue(CurrentUser.sid().matches("S-1-5-\\d+(-\\d+)*"), CurrentUser.sid());
    assertEquals(CurrentUser.sid(), CurrentUser.sid());
  }

  @Test
  void aRareStatusIsTranslatedByTheSystem() {
    assertEquals(Win32Errors.ERROR_INVALID_HANDLE, NtStatus.toWin32(0xC000_0008));
    assertEquals(Win32Errors.ERROR_INVALID_PARAMETER, NtStatus.toWin32(0xC000_000D));
  }
}
