// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Opens completion ports for event loops that poll for themselves, and holds what they have in common.
 */
public final class LoopPorts {

  private final PipeKernel kernel;
  private final OverlappedBlocks blocks = new OverlappedBlocks();
  private final AcceptWaiters waiters;

  /**
   * Opens and starts nothing yet.
   *
   * @param kernel the kernel
   */
  public LoopPorts(PipeKernel kernel) {
    this.kernel = kernel;
    this.waiters = new AcceptWaiters(kernel);
  }

  LoopPorts(PipeKernel kernel, Consumer<AcceptWaiter> starter) {
    this.kernel = kernel;
    this.waiters = new AcceptWaiters(kernel, starter);
  }

  /**
   * Opens the port of an event loop.
   *
   * @param eventLoop the event loop, which has to poll the port
   * @return the port
   * @throws IllegalStateException when the system has no port to give
   */
  public LoopPort open(Executor eventLoop) {
    return new LoopPort(kernel, blocks, eventLoop, waiters);
  }

  /**
   * How many OVERLAPPED blocks are in use, one for each direction of each handle that has not been retired.
   *
   * @return the number
   */
  public int blocksInUse() {
    return blocks.taken();
  }
}
