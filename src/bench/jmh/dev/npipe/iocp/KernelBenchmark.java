// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import dev.npipe.win32.NativeMemory;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What the seam's operations cost on the real kernel: a pipe's two ends and a completion port in one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class KernelBenchmark {

  private static final int QUOTA = 65_536;
  private static final int OVERLAPPED_BYTES = 64;
  private static final int WAIT_MILLIS = 10_000;
  private static final long KEY = 1;

  /** Of a message. */
  @State(Scope.Thread)
  public static class Size {

    @Param({"64", "65536"})
    public int bytes;
  }

  private final PipeKernel kernel = new Win32PipeKernel();
  private final PipeInstanceSpec spec = new PipeInstanceSpec(
      "\\\\.\\pipe\\npipe-jmh-" + ProcessHandle.current().pid(), 255, QUOTA, QUOTA, false, true,
      "D:P(A;;GA;;;" + kernel.currentUserSid() + ")(A;;GA;;;SY)");
  private final PacketBatch batch = new PacketBatch(1);
  private final ByteBuffer overlapped = ByteBuffer.allocateDirect(2 * OVERLAPPED_BYTES);
  private final ByteBuffer data = ByteBuffer.allocateDirect(2 * QUOTA);
  private final long readBlock = NativeMemory.addressOf(overlapped);
  private final long writeBlock = readBlock + OVERLAPPED_BYTES;
  private final long readData = NativeMemory.addressOf(data);
  private final long writeData = readData + QUOTA;
  private long port;
  private long server;
  private long client;

  @Setup(Level.Trial)
  public void connect() {
    port = valid(kernel.createPort());
    server = valid(kernel.createInstance(spec, false));
    client = valid(kernel.open(spec.path(), PipeKernel.ACCESS_READ | PipeKernel.ACCESS_WRITE, 1));
    expect(PipeErrors.SUCCESS, kernel.associate(server, port, KEY));
    expect(PipeErrors.SUCCESS, kernel.associate(client, port, KEY));
    expect(PipeErrors.SUCCESS, kernel.skipCompletionOnSuccess(server));
    expect(PipeErrors.SUCCESS, kernel.skipCompletionOnSuccess(client));
  }

  @TearDown(Level.Trial)
  public void close() {
    kernel.close(client);
    kernel.close(server);
    kernel.closePort(port);
  }

  private static long valid(long handle) {
    if (handle <= 0) {
      throw new IllegalStateException(PipeErrors.name((int) -handle));
    }
    return handle;
  }

  private static void expect(int wanted, int result) {
    if (result != wanted) {
      throw new IllegalStateException(PipeErrors.name(result) + " instead of " + PipeErrors.name(wanted));
    }
  }

  private void clear(int offset) {
    for (int at = 0; at < OVERLAPPED_BYTES; at += Long.BYTES) {
      overlapped.putLong(offset + at, 0);
    }
  }

  /** A write that fits, then a read that finds it there: no packets. */
  @Benchmark
  public void writeThenRead(Size size) {
    clear(OVERLAPPED_BYTES);
    expect(PipeErrors.SUCCESS, kernel.write(client, writeData, size.bytes, writeBlock));
    clear(0);
    expect(PipeErrors.SUCCESS, kernel.read(server, readData, size.bytes, readBlock));
  }

  /** A read that waits, the write that completes it, and its packet: half of a round trip. */
  @Benchmark
  public long readThenWriteThenDequeue(Size size) {
    clear(0);
    expect(PipeErrors.IO_PENDING, kernel.read(server, readData, size.bytes, readBlock));
    clear(OVERLAPPED_BYTES);
    expect(PipeErrors.SUCCESS, kernel.write(client, writeData, size.bytes, writeBlock));
    expect(PipeErrors.SUCCESS, kernel.dequeue(port, batch, WAIT_MILLIS));
    return batch.overlapped(0);
  }

  /** What wakes an event loop that waits at its port. */
  @Benchmark
  public long postThenDequeue() {
    expect(PipeErrors.SUCCESS, kernel.post(port, KEY));
    expect(PipeErrors.SUCCESS, kernel.dequeue(port, batch, WAIT_MILLIS));
    return batch.key(0);
  }

  /** A further instance of the pipe, as each accepted client needs one. */
  @Benchmark
  public void createThenClose() {
    expect(PipeErrors.SUCCESS, kernel.close(valid(kernel.createInstance(spec, false))));
  }
}
