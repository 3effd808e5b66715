// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.win32.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Handles without overlapped I/O behave like the others, by calls that block a thread of their own. */
class BlockingIoTest {

  private static final int SECONDS = 20;

  private final SimulatedPipeKernel kernel = new SimulatedPipeKernel(7);
  private final SimulatedAdoption adopted = kernel.adoption;
  private final SteppedDriver driver = new SteppedDriver(kernel);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final PipeHandle handle;
  private final Operation reading;
  private final Operation writing;
  private final Operation flushing;

  /** Remembers how it was completed. */
  private static final class Operation extends IoOperation {

    final LinkedBlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
    final ByteBuffer memory = ByteBuffer.allocateDirect(64);

    Operation(PipeHandle handle) {
      super(handle);
    }

    @Override
    protected void completed(int error, int bytes) {
      outcomes.add(PipeErrors.name(error) + " " + bytes);
    }

    @Override
    protected void orphaned() {
      outcomes.add("orphaned");
    }

    String text(int length) {
      byte[] bytes = new byte[length];
      memory.duplicate().get(bytes);
      return new String(bytes, StandardCharsets.US_ASCII);
    }
  }

  BlockingIoTest() {
    long value = kernel.createInstance(new PipeInstanceSpec("\\\\.\\pipe\\adopted", 1, 0, 0, false, true, null), true);
    handle = driver.driver().own(value);
    handle.blocks(threads);
    reading = new Operation(handle);
    writing = new Operation(handle);
    flushing = new Operation(handle);
    assertEquals(0, driver.driver().attach(handle, Runnable::run));
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    handle.close();
    threads.shutdown();
    assertTrue(threads.awaitTermination(SECONDS, TimeUnit.SECONDS));
    assertEquals(0, kernel.openHandles());
    assertEquals(0, adopted.openThreads);
    assertEquals(1, Math.max(1, adopted.mostCallsAtOnce), "the system lets one call after the other");
    assertEquals(0, driver.blocksInUse());
  }

  private void read() {
    assertEquals(PipeErrors.IO_PENDING, handle.read(reading, NativeMemory.addressOf(reading.memory), 64));
  }

  private void write(String text) {
    writing.memory.clear().put(text.getBytes(StandardCharsets.US_ASCII));
    assertEquals(PipeErrors.IO_PENDING, handle.write(writing, NativeMemory.addressOf(writing.memory), text.length()));
  }

  private static String outcome(Operation operation) throws Exception {
    String outcome = operation.outcomes.poll(SECONDS, TimeUnit.SECONDS);
    return outcome == null ? "nothing" : outcome;
  }

  @Test
  void aReadWaitsForWhatComes() throws Exception {
    read();
    adopted.awaitBlocked();
    adopted.arrive("hello");
    assertEquals("ERROR_SUCCESS 5", outcome(reading));
    assertEquals("hello", reading.text(5));
  }

  @Test
  void aWriteDoesNotWaitForTheReadThatWaits() throws Exception {
    read();
    adopted.awaitBlocked();
    write("question");
    assertEquals("ERROR_SUCCESS 8", outcome(writing));
    assertEquals("question", adopted.written());
    adopted.arrive("answer");
    assertEquals("ERROR_SUCCESS 6", outcome(reading));
  }

  @Test
  void manyWritesInterruptOneReadWithoutALoss() throws Exception {
    read();
    for (int i = 0; i < 500; i++) {
      write("x");
      assertEquals("ERROR_SUCCESS 1", outcome(writing));
    }
    assertEquals("x".repeat(500), adopted.written());
    adopted.arrive("done");
    assertEquals("ERROR_SUCCESS 4", outcome(reading));
  }

  @Test
  void aPartOfAMessageSaysThatThereIsMore() throws Exception {
    adopted.messageMode = true;
    adopted.arrive("x".repeat(64) + "rest");
    read();
    assertEquals("ERROR_MORE_DATA 64", outcome(reading));
    read();
    assertEquals("ERROR_SUCCESS 4", outcome(reading));
  }

  @Test
  void aFlushDoesNotWaitForTheReadThatWaits() throws Exception {
    read();
    adopted.awaitBlocked();
    assertEquals(PipeErrors.IO_PENDING, handle.flush(flushing));
    assertEquals("ERROR_SUCCESS 0", outcome(flushing));
    adopted.arrive("answer");
    assertEquals("ERROR_SUCCESS 6", outcome(reading));
  }

  @Test
  void aWriteDoesNotWaitForAFlushWhichGoesOnAfterwards() throws Exception {
    adopted.unread(true);
    handle.flush(flushing);
    adopted.awaitBlocked();
    write("more");
    assertEquals("ERROR_SUCCESS 4", outcome(writing));
    adopted.awaitBlocked();
    adopted.unread(false);
    assertEquals("ERROR_SUCCESS 0", outcome(flushing));
  }

  @Test
  void aFlushThatWaitsIsCancelled() throws Exception {
    adopted.unread(true);
    handle.flush(flushing);
    adopted.awaitBlocked();
    handle.cancel(flushing);
    assertEquals("ERROR_OPERATION_ABORTED 0", outcome(flushing));
  }

  @Test
  void aCallOfAnotherThreadHasTheHandleForItself() throws Exception {
    for (int i = 0; i < 100; i++) {
      read();
      assertTrue(handle.acquire());
      adopted.arrive("answer");
      adopted.call();
      assertEquals(0, reading.outcomes.size(), "the read goes on");
      handle.release();
      assertEquals("ERROR_SUCCESS 6", outcome(reading));
    }
  }

  @Test
  void aDisconnectTakesItsTurnAndNoThreadWaitsForIt() throws Exception {
    read();
    adopted.awaitBlocked();
    handle.disconnect();
    handle.close();
    assertEquals("ERROR_OPERATION_ABORTED 0", outcome(reading));
    threads.shutdown();
    assertTrue(threads.awaitTermination(SECONDS, TimeUnit.SECONDS));
    assertEquals(1, adopted.disconnects);
  }

  @Test
  void theEndOfTheStreamIsAnError() throws Exception {
    adopted.end();
    read();
    assertEquals("ERROR_BROKEN_PIPE 0", outcome(reading));
  }

  @Test
  void aReadThatWaitsIsCancelled() throws Exception {
    read();
    adopted.awaitBlocked();
    handle.cancel(reading);
    assertEquals("ERROR_OPERATION_ABORTED 0", outcome(reading));
  }

  @Test
  void aWriteThatWaitsIsCancelled() throws Exception {
    adopted.full(true);
    write("never read");
    adopted.awaitBlocked();
    handle.cancel(writing);
    assertEquals("ERROR_OPERATION_ABORTED 0", outcome(writing));
    assertEquals("", adopted.written());
  }

  @Test
  void aCancelThatComesBeforeTheThreadIsInItsCallIsNotLost() throws Exception {
    for (int i = 0; i < 200; i++) {
      read();
      handle.cancel(reading);
      assertEquals("ERROR_OPERATION_ABORTED 0", outcome(reading));
    }
  }

  @Test
  void aCloseEndsWhatWaits() throws Exception {
    read();
    adopted.awaitBlocked();
    handle.close();
    assertEquals("ERROR_OPERATION_ABORTED 0", outcome(reading));
  }

  @Test
  void aReadBehindAWriteThatWaitsIsCancelledWithIt() throws Exception {
    adopted.full(true);
    write("never read");
    adopted.awaitBlocked();
    read();
    handle.close();
    assertEquals("ERROR_OPERATION_ABORTED 0", outcome(writing));
    assertEquals("ERROR_OPERATION_ABORTED 0", outcome(reading));
  }
}
