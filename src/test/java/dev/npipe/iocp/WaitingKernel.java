// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.IntSupplier;

/** The simulated kernel for many threads, with a dequeue that waits. */
public final class WaitingKernel implements PipeKernel {

  private final SimulatedPipeKernel kernel;
  /** One question after the other, on whatever thread. */
  private final IdentityKernel identity = (IdentityKernel) Proxy.newProxyInstance(getClass().getClassLoader(),
      new Class<?>[] {IdentityKernel.class}, (proxy, method, arguments) -> ask(method, arguments));
  private int refusePorts;
  private int portsOpen;
  private int posts;

  public WaitingKernel() {
    this(5);
  }

  /** A kernel whose whims follow a seed, as far as the threads that call it are in one order. */
  public WaitingKernel(long seed) {
    kernel = new SimulatedPipeKernel(seed);
  }

  private synchronized Object ask(Method method, Object[] arguments) throws Throwable {
    kernel.mayBlock = true;
    try {
      return method.invoke(kernel.identity, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  synchronized void refusePorts(int times) {
    refusePorts = times;
  }

  /** How many packets have been posted. */
  public synchronized int posts() {
    return posts;
  }

  synchronized int portsOpen() {
    return portsOpen;
  }

  @Override
  public synchronized int dequeue(long port, PacketBatch batch, int timeoutMillis) {
    return await(timeoutMillis, () -> kernel.dequeue(port, batch, 0), PipeErrors.WAIT_TIMEOUT);
  }

  private int await(int timeoutMillis, IntSupplier attempt, int timeout) {
    long deadline = System.nanoTime() + timeoutMillis * 1_000_000L;
    int answer = attempt.getAsInt();
    while (answer == timeout) {
      long left = timeoutMillis < 0 ? 20_000 : (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return timeout;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      answer = attempt.getAsInt();
    }
    return answer;
  }

  public synchronized int instances(String path) {
    return kernel.instances(path);
  }

  public synchronized int waiting(String path) {
    return kernel.waiting(path);
  }

  /** What should have been given back. */
  public synchronized String leftovers() {
    String left = String.join("; ", kernel.misuses());
    if (kernel.openHandles() + kernel.operationsInFlight() + portsOpen + kernel.events() > 0) {
      left += kernel.openHandles() + " handles, " + kernel.operationsInFlight() + " operations, "
          + portsOpen + " ports, " + kernel.events() + " events";
    }
    return left;
  }

  private <T> T changed(T answer) {
    while (kernel.step()) {
      continue;
    }
    notifyAll();
    return answer;
  }

  @Override
  public synchronized long createInstance(PipeInstanceSpec spec, boolean first) {
    return changed(kernel.createInstance(spec, first));
  }

  @Override
  public synchronized long open(String path, int access, int impersonationLevel) {
    kernel.mayBlock = true;
    return changed(kernel.open(path, access, impersonationLevel));
  }

  @Override
  public synchronized int connect(long handle, long overlapped) {
    return changed(kernel.connect(handle, overlapped));
  }

  @Override
  public synchronized int read(long handle, long buffer, int length, long overlapped) {
    return changed(kernel.read(handle, buffer, length, overlapped));
  }

  @Override
  public synchronized int write(long handle, long buffer, int length, long overlapped) {
    return changed(kernel.write(handle, buffer, length, overlapped));
  }

  @Override
  public synchronized int cancel(long handle, long overlapped) {
    return changed(kernel.cancel(handle, overlapped));
  }

  @Override
  public synchronized int readMessages(long handle) {
    kernel.mayBlock = true;
    return kernel.readMessages(handle);
  }

  @Override
  public synchronized int flushOverlapped(long handle, long overlapped) {
    return changed(kernel.flushOverlapped(handle, overlapped));
  }

  @Override
  public synchronized long duplicate(long handle) {
    return kernel.duplicate(handle);
  }

  @Override
  public synchronized long openCurrentThread() {
    return kernel.openCurrentThread();
  }

  @Override
  public synchronized int cancelBlocked(long thread) {
    return kernel.cancelBlocked(thread);
  }

  @Override
  public synchronized void closeThread(long thread) {
    kernel.closeThread(thread);
  }

  @Override
  public synchronized long openRoot() {
    kernel.mayBlock = true;
    return kernel.openRoot();
  }

  @Override
  public synchronized int waitForInstance(long root, String path, int timeoutMillis, long overlapped) {
    return changed(kernel.waitForInstance(root, path, timeoutMillis, overlapped));
  }

  @Override
  public synchronized int flush(long handle) {
    return kernel.flush(handle);
  }

  @Override
  public synchronized int disconnect(long handle) {
    return changed(kernel.disconnect(handle));
  }

  @Override
  public synchronized int close(long handle) {
    return changed(kernel.close(handle));
  }

  @Override
  public synchronized long createPort() {
    if (refusePorts > 0) {
      refusePorts--;
      return -PipeErrors.NO_SYSTEM_RESOURCES;
    }
    portsOpen++;
    return kernel.createPort();
  }

  @Override
  public synchronized int associate(long handle, long port, long key) {
    return kernel.associate(handle, port, key);
  }

  @Override
  public synchronized int skipCompletionOnSuccess(long handle) {
    return kernel.skipCompletionOnSuccess(handle);
  }

  @Override
  public synchronized int post(long port, long key) {
    posts++;
    return changed(kernel.post(port, key));
  }

  @Override
  public synchronized long createEvent() {
    return kernel.createEvent();
  }

  @Override
  public synchronized int setEvent(long event) {
    return changed(kernel.setEvent(event));
  }

  @Override
  public synchronized int waitForEvent(EventSet events, int from, int timeoutMillis) {
    return await(timeoutMillis, () -> kernel.waitForEvent(events, from, 0), -PipeErrors.WAIT_TIMEOUT);
  }

  @Override
  public synchronized int closeEvent(long event) {
    return kernel.closeEvent(event);
  }

  @Override
  public synchronized int closePort(long port) {
    portsOpen--;
    return kernel.closePort(port);
  }

  @Override
  public int errorOf(long status) {
    return kernel.errorOf(status);
  }

  @Override
  public String currentUserSid() {
    return kernel.currentUserSid();
  }

  @Override
  public synchronized int listPipes(PipeVisitor visitor) {
    return kernel.listPipes(visitor);
  }

  @Override
  public synchronized int connection(long handle) {
    return kernel.connection(handle);
  }

  @Override
  public synchronized long writeQuotaUsed(long handle) {
    return kernel.writeQuotaUsed(handle);
  }

  @Override
  public synchronized int clientState(long handle) {
    return kernel.clientState(handle);
  }

  @Override
  public synchronized long peerProcessId(long handle, boolean serverEnd) {
    return kernel.peerProcessId(handle, serverEnd);
  }

  @Override
  public IdentityKernel identity() {
    return identity;
  }

  /** What it tells about processes, for a test to choose before anybody asks. */
  public SimulatedIdentity people() {
    return kernel.identity;
  }

  /** What the last instance was created with. */
  public synchronized PipeInstanceSpec lastSpec() {
    return kernel.lastSpec;
  }

  /** What the last client allows. */
  public synchronized int lastImpersonationLevel() {
    return kernel.lastImpersonationLevel;
  }

  @Override
  public AdoptionKernel adoption() {
    return kernel.adoption();
  }
}
