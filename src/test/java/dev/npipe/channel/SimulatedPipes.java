// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.LoopPorts;
import dev.npipe.iocp.SharedPoller;
import dev.npipe.iocp.WaitingKernel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Channels on a simulated kernel, for event loops with threads of their own. */
public final class SimulatedPipes {

  private final WaitingKernel kernel;
  private final SharedPoller poller;
  private final LoopPorts loopPorts;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final PipeIo io;

  public SimulatedPipes(long seed) {
    kernel = new WaitingKernel(seed);
    poller = new SharedPoller(kernel, SelectorWaking::of);
    loopPorts = new LoopPorts(kernel);
    io = new PipeIo(poller, loopPorts, PipeThreads.all(threads));
  }

  /** What the kernel is asked, and what it answers. */
  public WaitingKernel kernel() {
    return kernel;
  }

  public NamedPipeServerChannel newServer() {
    return new NamedPipeServerChannel(io);
  }

  public NamedPipeChannel newClient() {
    return new NamedPipeChannel(io);
  }

  /** What somebody should have given back, empty when nothing is left. */
  public String leftovers() {
    String left = kernel.leftovers();
    int blocks = poller.blocksInUse() + loopPorts.blocksInUse();
    return blocks == 0 ? left : left + "; " + blocks + " OVERLAPPED blocks";
  }

  public boolean isPolling() {
    return poller.isRunning();
  }

  public void close() {
    threads.shutdown();
  }
}
