// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.ArrayList;
import java.util.List;

/**
 * The ports of event loops without the threads that wait for clients: their events are looked at when a test says so.
 */
public final class SteppedLoopPorts {

  private final List<AcceptWaiter> waiters = new ArrayList<>();
  private final LoopPorts ports;

  public SteppedLoopPorts(PipeKernel kernel) {
    ports = new LoopPorts(kernel, waiters::add);
  }

  public LoopPorts ports() {
    return ports;
  }

  /** Tells the loops whose events are signalled. */
  public void poll() {
    waiters.removeIf(waiter -> !waiter.poll(0));
  }
}
