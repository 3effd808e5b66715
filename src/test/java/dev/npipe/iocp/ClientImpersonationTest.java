// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Whatever happens, the thread is the process's own afterwards. RunAsClientTest has the rest. */
class ClientImpersonationTest {

  private static final String PATH = "\\\\.\\pipe\\impersonated";

  private final SimulatedPipeKernel kernel = new SimulatedPipeKernel(3);
  private final SteppedDriver driver = new SteppedDriver(kernel);

  @Test
  void aHandleWhoseCloseFailsMeanwhileLeavesNoThreadActingForItsClient() {
    PipeHandle pipe = driver.driver()
        .own(kernel.createInstance(new PipeInstanceSpec(PATH, 1, 512, 512, false, true, null), true));
    kernel.mayBlock = true;
    kernel.open(PATH, PipeKernel.ACCESS_READ | PipeKernel.ACCESS_WRITE, 2);
    // The last one who uses the handle closes it.
    kernel.identity.afterImpersonation = pipe::close;
    kernel.whims.closeFailure = new OutOfMemoryError("of a test");
    ClientImpersonation impersonation = new ClientImpersonation(kernel.identity);
    assertThrows(OutOfMemoryError.class, () -> impersonation.run(pipe, () -> { }));
    assertEquals(1, kernel.identity.impersonations);
    assertFalse(kernel.identity.isImpersonating());
  }
}
