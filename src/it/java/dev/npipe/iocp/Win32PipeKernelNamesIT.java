// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.win32.PipeInfo;
import dev.npipe.win32.Sddl;
import dev.npipe.win32.SecurityDescriptor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who owns a name, who may come in, and who is at the other end. */
class Win32PipeKernelNamesIT {

  private static final int BOTH = PipeKernel.ACCESS_READ | PipeKernel.ACCESS_WRITE;

  private final KernelRig rig = new KernelRig();
  private final Win32PipeKernel kernel = rig.kernel;

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aTakenNameIsDenied() {
    rig.owned(kernel.createInstance(rig.spec(), true));
    assertEquals(-PipeErrors.ACCESS_DENIED, kernel.createInstance(rig.spec(), true));
  }

  @Test
  void aTakenNameIsDeniedAlsoWhileEveryInstanceHasItsClient() {
    rig.owned(kernel.createInstance(rig.spec(), true));
    rig.owned(kernel.open(rig.path, BOTH, 1));
    assertEquals(-PipeErrors.ACCESS_DENIED, kernel.createInstance(rig.spec(), true));
  }

  @Test
  void lookingAtATakenNameUsesUpNoInstance() {
    rig.owned(kernel.createInstance(rig.spec(), true));
    for (int i = 0; i < 3; i++) {
      kernel.createInstance(rig.spec(), true);
    }
    rig.owned(kernel.open(rig.path, BOTH, 1));
  }

  @Test
  void aFurtherInstanceMayBeCreatedOfATakenName() {
    rig.owned(kernel.createInstance(rig.spec(), true));
    rig.owned(kernel.createInstance(rig.spec(), false));
  }

  @Test
  void aNameIsFreeAgainWhenItsLastInstanceHasClosed() {
    long first = kernel.createInstance(rig.spec(), true);
    long further = kernel.createInstance(rig.spec(), false);
    kernel.close(first);
    assertEquals(-PipeErrors.ACCESS_DENIED, kernel.createInstance(rig.spec(), true));
    kernel.close(further);
    rig.owned(kernel.createInstance(rig.spec(), true));
  }

  @Test
  void caseMakesNoOtherName() {
    rig.owned(kernel.createInstance(rig.spec(), true));
    PipeInstanceSpec spec = new PipeInstanceSpec(rig.path.replace("npipe", "NPIPE"), 255, 0, 0, false, true, null);
    assertEquals(-PipeErrors.ACCESS_DENIED, kernel.createInstance(spec, true));
  }

  @Test
  void aNameTakenByAnotherProcessIsDeniedAndThatProcessIsKnown() throws Exception {
    try (OtherProcess other = OtherProcess.holding(rig.path)) {
      assertEquals(-PipeErrors.ACCESS_DENIED, kernel.createInstance(rig.spec(), true));
      long client = rig.owned(kernel.open(rig.path, BOTH, 1));
      assertEquals(other.pid(), kernel.peerProcessId(client, false));
      assertTrue(other.end(KernelRig.WAIT_MILLIS, TimeUnit.MILLISECONDS));
    }
    rig.owned(kernel.createInstance(rig.spec(), false));
  }

  @Test
  void eachEndKnowsTheProcessOfTheOther() {
    long server = rig.instance();
    long client = rig.client();
    long self = ProcessHandle.current().pid();
    assertEquals(self, kernel.peerProcessId(server, true));
    assertEquals(self, kernel.peerProcessId(client, false));
  }

  @Test
  void theSecurityDescriptorArrives() {
    long instance = rig.owned(kernel.createInstance(rig.spec(), true));
    String sid = kernel.currentUserSid();
    assertEquals(Sddl.asStored("D:P(A;;FA;;;" + sid + ")(A;;FA;;;SY)"), storedDacl(instance));
  }

  @Test
  void everyInstanceHasTheDescriptorOfItsOwnSpec() {
    PipeInstanceSpec wider = new PipeInstanceSpec(rig.path + "-wider", 255, 0, 0, false, true, "D:P(A;;GA;;;WD)");
    long narrow = rig.owned(kernel.createInstance(rig.spec(), true));
    long wide = rig.owned(kernel.createInstance(wider, true));
    long narrowAgain = rig.owned(kernel.createInstance(rig.spec(), false));
    assertEquals("D:P(A;;FA;;;WD)", storedDacl(wide));
    assertEquals(storedDacl(narrow), storedDacl(narrowAgain));
  }

  // Windows maps the generic right to the rights of a file, Wine reads it back as it was.
  private static String storedDacl(long handle) {
    return SecurityDescriptor.daclOf(handle).replace(";GA;", ";FA;");
  }

  @Test
  void anInstanceIsAByteStreamWithTheQuotasAndTheLimitOfItsSpec() {
    PipeInstanceSpec spec = new PipeInstanceSpec(rig.path, 7, 8192, 4096, false, true, null);
    PipeInfo info = PipeInfo.of(rig.owned(kernel.createInstance(spec, true)));
    assertTrue(info.serverEnd());
    assertFalse(info.messageType());
    assertEquals(8192, info.outBufferSize());
    assertEquals(4096, info.inBufferSize());
    assertEquals(7, info.maxInstances());
  }

  @Test
  void aClientMayAskForOneDirectionOnly() {
    rig.instance();
    rig.instance();
    long reader = rig.owned(kernel.open(rig.path, PipeKernel.ACCESS_READ, 1));
    assertEquals(PipeErrors.ACCESS_DENIED, rig.write(reader, KernelRig.Operation.of("no")));
    long writer = rig.owned(kernel.open(rig.path, PipeKernel.ACCESS_WRITE, 0));
    assertEquals(PipeErrors.ACCESS_DENIED, rig.read(writer, KernelRig.Operation.of(2)));
  }

  @Test
  void malformedSddlIsAnErrorAndCreatesNothing() {
    PipeInstanceSpec spec = new PipeInstanceSpec(rig.path, 255, 0, 0, false, true, "D:P(nonsense");
    assertTrue(kernel.createInstance(spec, true) < 0);
    assertTrue(kernel.createInstance(spec, false) < 0);
    assertEquals(-PipeErrors.FILE_NOT_FOUND, kernel.open(rig.path, BOTH, 1));
  }

  @Test
  void manyDescriptorsDoNotPileUp() {
    SecurityDescriptors descriptors = new SecurityDescriptors();
    SecurityDescriptor first = descriptors.get("D:P(A;;GA;;;S-1-5-21-1)");
    assertEquals(first, descriptors.get("D:P(A;;GA;;;S-1-5-21-1)"));
    for (int i = 0; i < 1000; i++) {
      descriptors.get("D:P(A;;GA;;;S-1-5-21-" + i + ")");
      assertTrue(descriptors.size() <= SecurityDescriptors.LIMIT);
    }
  }
}
