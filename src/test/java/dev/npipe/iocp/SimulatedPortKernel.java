// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.List;
import java.util.Random;

/**
 * What the simulated kernel does that has nothing to do with pipes: completion ports, codes, the user.
 */
abstract class SimulatedPortKernel implements PipeKernel {

  final Random random;
  final SimulatedPorts ports;
  private long lastHandle = 16;

  SimulatedPortKernel(Random random) {
    this.random = random;
    this.ports = new SimulatedPorts(random);
  }

  final long newHandle() {
    return ++lastHandle;
  }

  AssertionError wrong(String what) {
    return ports.wrong(what);
  }

  /** What the kernel was asked to do wrong. Event loops log what their tasks throw, and go on. */
  public final List<String> misuses() {
    return ports.misuses;
  }

  @Override
  public long createPort() {
    long port = newHandle();
    ports.create(port);
    return port;
  }

  @Override
  public int dequeue(long port, PacketBatch batch, int timeoutMillis) {
    return ports.dequeue(port, batch);
  }

  @Override
  public int post(long port, long key) {
    ports.post(port, key);
    return PipeErrors.SUCCESS;
  }

  @Override
  public int closePort(long port) {
    ports.close(port);
    return PipeErrors.SUCCESS;
  }

  @Override
  public long createEvent() {
    long event = newHandle();
    ports.createEvent(event);
    return event;
  }

  @Override
  public int setEvent(long event) {
    ports.signal(event);
    return PipeErrors.SUCCESS;
  }

  @Override
  public int waitForEvent(EventSet events, int from, int timeoutMillis) {
    return ports.waitFor(events, from);
  }

  @Override
  public int closeEvent(long event) {
    ports.closeEvent(event);
    return PipeErrors.SUCCESS;
  }

  /** How many events are open. */
  public final int events() {
    return ports.events();
  }

  @Override
  public int errorOf(long status) {
    return SimulatedOperation.errorOf(status);
  }

  @Override
  public String currentUserSid() {
    return "S-1-5-21-1-2-3-1001";
  }
}
