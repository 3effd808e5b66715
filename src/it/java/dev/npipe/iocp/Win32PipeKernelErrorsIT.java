// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.npipe.iocp.KernelRig.Operation;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which code each failure has, and that a failure at once queues no packet. */
class Win32PipeKernelErrorsIT {

  private static final int BOTH = PipeKernel.ACCESS_READ | PipeKernel.ACCESS_WRITE;

  private final KernelRig rig = new KernelRig();
  private final Win32PipeKernel kernel = rig.kernel;

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aNameWithoutAPipeIsNotFound() {
    assertEquals(-PipeErrors.FILE_NOT_FOUND, kernel.open(rig.path, BOTH, 1));
  }

  @Test
  void whatIsNoPipeIsNotOpened(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "text");
    String absolute = file.toAbsolutePath().toString();
    for (String path : new String[] {absolute, "\\\\.\\" + absolute, "\\\\.\\pipe\\..\\" + absolute}) {
      assertEquals(-PipeErrors.BAD_PIPE, kernel.open(path, BOTH, 1), path);
    }
    // Nor kept open.
    Files.delete(file);
  }

  @Test
  void aPipeWithoutAFreeInstanceIsBusy() {
    rig.instance();
    rig.client();
    assertEquals(-PipeErrors.PIPE_BUSY, kernel.open(rig.path, BOTH, 1));
  }

  @Test
  void oneInstanceTooManyIsBusyToo() {
    PipeInstanceSpec one = new PipeInstanceSpec(rig.path, 1, 0, 0, false, true, null);
    rig.owned(kernel.createInstance(one, true));
    assertEquals(-PipeErrors.PIPE_BUSY, kernel.createInstance(one, false));
  }

  @Test
  void aReadOfAPipeWhosePeerHasClosedIsBroken() {
    long server = rig.instance();
    long client = rig.client();
    assertEquals(PipeErrors.IO_PENDING, rig.read(server, Operation.of(8)));
    assertEquals(0, rig.close(client));
    assertEquals(PipeErrors.BROKEN_PIPE, rig.await().error());
    assertEquals(PipeErrors.BROKEN_PIPE, rig.read(server, Operation.of(8)));
    rig.assertNoPacket();
  }

  @Test
  void whatThePeerWroteBeforeItClosedIsReadFirst() {
    long server = rig.instance();
    long client = rig.client();
    rig.write(client, Operation.of("last words"));
    rig.await();
    rig.close(client);
    Operation read = Operation.of(100);
    assertEquals(0, rig.read(server, read));
    assertEquals("last words", read.text(rig.await().bytes()));
    assertEquals(PipeErrors.BROKEN_PIPE, rig.read(server, Operation.of(8)));
  }

  @Test
  void aWriteToAPipeWhosePeerHasClosedIsNoData() {
    long server = rig.instance();
    rig.close(rig.client());
    assertEquals(PipeErrors.NO_DATA, rig.write(server, Operation.of("too late")));
    rig.assertNoPacket();
  }

  @Test
  void aConnectWhoseClientHasGoneIsNoDataAndADisconnectMakesTheInstanceUsable() {
    long instance = rig.instance();
    rig.close(rig.client());
    assertEquals(PipeErrors.NO_DATA, rig.connect(instance, Operation.of(0)));
    rig.assertNoPacket();
    assertEquals(0, kernel.disconnect(instance));
    assertEquals(PipeErrors.IO_PENDING, rig.connect(instance, Operation.of(0)));
    rig.client();
    assertEquals(0, rig.await().error());
  }

  @Test
  void whatAClientWroteThatLeftBeforeTheConnectIsThereToBeReadAndTheInstanceSaysSo() {
    long instance = rig.instance();
    long client = rig.client();
    assertEquals(0, rig.write(client, Operation.of("fire and forget")));
    rig.await();
    rig.close(client);
    assertEquals(PipeErrors.NO_DATA, rig.connect(instance, Operation.of(0)));
    assertEquals(PipeErrors.SUCCESS, kernel.clientState(instance));
    Operation read = Operation.of(100);
    assertEquals(0, rig.read(instance, read));
    assertEquals("fire and forget", read.text(rig.await().bytes()));
    assertEquals(PipeErrors.BROKEN_PIPE, kernel.clientState(instance));
  }

  @Test
  void aClientThatIsCutOffIsNotConnected() {
    long server = rig.instance();
    long client = rig.client();
    assertEquals(0, kernel.disconnect(server));
    assertEquals(PipeErrors.PIPE_NOT_CONNECTED, rig.read(client, Operation.of(8)));
    assertEquals(PipeErrors.PIPE_NOT_CONNECTED, rig.write(client, Operation.of("hello?")));
    assertEquals(PipeErrors.PIPE_NOT_CONNECTED, rig.read(server, Operation.of(8)));
    rig.assertNoPacket();
  }

  @Test
  void anInstanceWithoutAClientIsListening() {
    long instance = rig.instance();
    assertEquals(PipeErrors.PIPE_LISTENING, rig.read(instance, Operation.of(8)));
    assertEquals(PipeErrors.PIPE_LISTENING, rig.write(instance, Operation.of("anybody?")));
    rig.assertNoPacket();
  }

  @Test
  void aCancelOfWhatHasCompletedFindsNothing() {
    long server = rig.instance();
    long client = rig.client();
    Operation read = Operation.of(8);
    rig.read(server, read);
    rig.write(client, Operation.of("done"));
    rig.await();
    rig.await();
    assertEquals(PipeErrors.NOT_FOUND, kernel.cancel(server, read.address));
  }

  @Test
  void aFlushOfAPipeThatHasBeenReadSucceeds() {
    long server = rig.instance();
    rig.client();
    assertEquals(0, kernel.flush(server));
  }

  @Test
  void aFlushAfterThePeerHasLeftFailsAlsoWhileWhatItWroteIsThere() {
    long server = rig.instance();
    long client = rig.client();
    rig.write(server, Operation.of("unread"));
    rig.await();
    rig.write(client, Operation.of("last words"));
    rig.await();
    assertEquals(PipeErrors.SUCCESS, kernel.connection(server));
    rig.close(client);
    assertEquals(0, kernel.clientState(server), "there is something to be read");
    assertEquals(PipeErrors.BROKEN_PIPE, kernel.connection(server));
    assertEquals(PipeErrors.BROKEN_PIPE, kernel.flush(server));
  }

  @Test
  void theRoomThatIsTakenIsWhatTheClientHasNotReadWhereTheSystemTells() {
    long server = rig.instance();
    long client = rig.client();
    rig.write(server, Operation.of("unread"));
    rig.await();
    assertTrue(WriteQuotaCapability.isTold() || System.getenv("WINEPREFIX") != null, "Windows tells");
    assertEquals(WriteQuotaCapability.isTold(), kernel.writeQuotaUsed(server) >= 0);
    assumeTrue(WriteQuotaCapability.isTold(), "not available here: the write quota of a pipe");
    assertEquals("unread".length(), kernel.writeQuotaUsed(server));
    rig.read(client, Operation.of(2));
    rig.await();
    assertEquals("unread".length() - 2, kernel.writeQuotaUsed(server));
  }

  @Test
  void aHandleThatIsNoneIsInvalid() {
    Operation operation = Operation.of(8);
    assertEquals(PipeErrors.INVALID_HANDLE, rig.read(0, operation));
    assertEquals(PipeErrors.INVALID_HANDLE, rig.write(0, operation));
    assertEquals(PipeErrors.INVALID_HANDLE, rig.connect(0, operation));
    assertEquals(PipeErrors.INVALID_HANDLE, kernel.cancel(0, operation.address));
    assertEquals(PipeErrors.INVALID_HANDLE, kernel.disconnect(0));
    assertEquals(PipeErrors.INVALID_HANDLE, kernel.flush(0));
    assertEquals(PipeErrors.INVALID_HANDLE, kernel.close(0));
    assertEquals(PipeErrors.INVALID_HANDLE, kernel.post(0, 1));
    assertEquals(PipeErrors.INVALID_HANDLE, kernel.skipCompletionOnSuccess(0));
    assertTrue(kernel.peerProcessId(0, true) < 0);
    assertTrue(kernel.dequeue(0, new PacketBatch(1), 0) != PipeErrors.WAIT_TIMEOUT);
  }

  @Test
  void aHandleHasOnePortForLife() {
    long instance = rig.instance();
    assertEquals(PipeErrors.INVALID_PARAMETER, kernel.associate(instance, rig.port, 99));
    long other = kernel.createPort();
    assertEquals(PipeErrors.INVALID_PARAMETER, kernel.associate(instance, other, 99));
    assertEquals(0, kernel.closePort(other));
  }

  @Test
  void argumentsTheSystemWouldMisreadAreRefusedBeforeIt() {
    for (int instances : new int[] {-1, 0, 256}) {
      assertEquals(-PipeErrors.INVALID_PARAMETER,
        kernel.createInstance(new PipeInstanceSpec(rig.path, instances, 0, 0, false, true, null), true));
    }
    assertEquals(-PipeErrors.INVALID_PARAMETER,
      kernel.createInstance(new PipeInstanceSpec(rig.path, 1, -1, 0, false, true, null), true));
    assertEquals(-PipeErrors.INVALID_PARAMETER, kernel.open(rig.path, 0, 1));
    assertEquals(-PipeErrors.INVALID_PARAMETER, kernel.open(rig.path, BOTH, 4));
    assertEquals(PipeErrors.INVALID_PARAMETER, kernel.associate(rig.instance(), 0, 1));
  }
}
