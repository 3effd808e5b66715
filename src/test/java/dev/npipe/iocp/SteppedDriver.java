// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.function.UnaryOperator;

/**
 * The completion port without its thread: packets are dequeued when a test says so.
 */
public final class SteppedDriver {

  private final OverlappedBlocks blocks = new OverlappedBlocks();
  private final CompletionPort port;

  public SteppedDriver(PipeKernel kernel) {
    port = new CompletionPort(kernel, blocks, UnaryOperator.identity(), () -> { });
  }

  public CompletionDriver driver() {
    return port;
  }

  /** Dequeues one batch; says whether there was any. */
  public boolean poll() {
    return port.poll(0, null) == PipeErrors.SUCCESS;
  }

  public int attachedHandles() {
    return port.attachedHandles();
  }

  public int blocksInUse() {
    return blocks.taken();
  }

  public void close() {
    port.close();
  }
}
