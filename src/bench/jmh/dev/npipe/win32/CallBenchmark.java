// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What the binding costs by itself: calls that ask nothing of the kernel, and what is done beside them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CallBenchmark {

  private static final String SDDL = "D:P(A;;GA;;;SY)(A;;GA;;;OW)";
  private static final int SMALL_BYTES = 64;

  private final ByteBuffer direct = ByteBuffer.allocateDirect(SMALL_BYTES);
  private long event;

  @Setup(Level.Trial)
  public void createEvent() {
    event = Kernel32.CreateEventW(Win32Constants.NULL, 0, 0, Win32Constants.NULL);
    if (event == 0) {
      throw new IllegalStateException("CreateEvent: " + Kernel32.lastError());
    }
  }

  @TearDown(Level.Trial)
  public void closeEvent() {
    Kernel32.CloseHandle(event);
  }

  /** A function of no arguments that only returns: the way there and back. */
  @Benchmark
  public long call() {
    return Kernel32.GetCurrentProcess();
  }

  /** The same and the error that JNA keeps of each call. */
  @Benchmark
  public int callThenLastError() {
    Kernel32.GetCurrentProcess();
    return Kernel32.lastError();
  }

  /** A function of one argument that is one call of the kernel. */
  @Benchmark
  public int kernelCall() {
    return Kernel32.SetEvent(event);
  }

  /** Where a direct buffer is. */
  @Benchmark
  public long addressOfBuffer() {
    return NativeMemory.addressOf(direct);
  }

  /** A security descriptor from its text. It is kept for good, so there are few of them. */
  @Benchmark
  public long parsedDescriptor() {
    return SecurityDescriptor.parse(SDDL).attributesAddress();
  }
}
