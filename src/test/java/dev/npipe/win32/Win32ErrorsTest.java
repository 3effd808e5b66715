// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;

class Win32ErrorsTest {

  @Test
  void everyCodeIsKnownByTheNameOfItsConstant() throws IllegalAccessException {
    for (Field constant : Win32Errors.class.getFields()) {
      assertEquals(constant.getName(), Win32Errors.name(constant.getInt(null)));
    }
  }

  @Test
  void aCodeThatIsNotListedIsNamedByItsNumber() {
    assertEquals("ERROR_4711", Win32Errors.name(4711));
    assertEquals("ERROR_-1", Win32Errors.name(-1));
  }

  @Test
  void anExceptionSaysTheOperationTheNameAndTheCode() {
    Win32Exception e = new Win32Exception("OpenProcessToken", Win32Errors.ERROR_ACCESS_DENIED);
    assertEquals("OpenProcessToken failed: ERROR_ACCESS_DENIED (5)", e.getMessage());
    assertEquals("OpenProcessToken", e.operation());
    assertEquals(5, e.code());
  }
}
