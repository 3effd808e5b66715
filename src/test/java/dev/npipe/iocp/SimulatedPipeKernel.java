// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A kernel of named pipes as Windows documents them, driven by a seed: it completes at once or late, whole or in part,
 * lets a cancel lose its race, reorders packets, and counts every handle and operation. What it is asked to do wrong it
 * refuses with an {@link AssertionError}. For one thread.
 */
public final class SimulatedPipeKernel implements PipeKernel {

  private static final int WAIT_TIMEOUT = PipeErrors.WAIT_TIMEOUT;

  private record Packet(long key, SimulatedOperation operation) {
  }

  private final Random random;
  private final Map<Long, SimulatedEnd> ends = new HashMap<>();
  private final Map<Long, List<Packet>> ports = new HashMap<>();
  private final List<SimulatedEnd> order = new ArrayList<>();
  private final Set<Long> inFlight = new HashSet<>();
  private long lastHandle = 16;
  private int failNext;

  /** Chance in percent that an operation which could finish at once is left pending. */
  public int latePercent = 30;
  /** Chance in percent that bytes move only in part. */
  public int partialPercent = 30;
  /** Whether skip mode can be set. */
  public boolean skipModeSupported = true;
  /** Whether the pipes' security descriptor refuses clients. */
  public boolean denyClients;
  /** What the last client asked for. */
  public int lastImpersonationLevel = -1;
  /** What the last instance was created with. */
  public PipeInstanceSpec lastSpec;
  /** How many reads and writes were submitted. */
  public int submitted;

  /** A kernel whose whims follow a seed. */
  public SimulatedPipeKernel(long seed) {
    random = new Random(seed);
  }

  /** The next read, write or connect fails at once. */
  public void failNext(int error) {
    failNext = error;
  }

  public int openHandles() {
    return ends.size();
  }

  public int operationsInFlight() {
    return inFlight.size();
  }

  /** How many instances of a name exist. */
  public int instances(String path) {
    String key = path.toLowerCase(Locale.ROOT);
    return (int) ends.values().stream().filter(end -> end.server && end.name.equals(key)).count();
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private static AssertionError wrong(String what) {
    return new AssertionError("misuse of the kernel: " + what);
  }

  private SimulatedEnd end(long handle) {
    SimulatedEnd end = ends.get(handle);
    if (end == null) {
      throw wrong("call on a closed handle");
    }
    return end;
  }

  @Override
  public long createInstance(PipeInstanceSpec spec, boolean first) {
    lastSpec = spec;
    int existing = instances(spec.path());
    if (first && existing > 0) {
      return -PipeErrors.ACCESS_DENIED;
    }
    if (spec.securityDescriptor() != null && !spec.securityDescriptor().startsWith("D:")) {
      return -PipeErrors.INVALID_PARAMETER;
    }
    if (spec.maxInstances() != 255 && existing >= spec.maxInstances()) {
      return -PipeErrors.PIPE_BUSY;
    }
    SimulatedEnd end = new SimulatedEnd(++lastHandle, true, spec.path().toLowerCase(Locale.ROOT),
        spec.inboundBufferBytes());
    ends.put(end.handle, end);
    order.add(end);
    return end.handle;
  }

  @Override
  public long open(String path, int access, int impersonationLevel) {
    lastImpersonationLevel = impersonationLevel;
    String name = path.toLowerCase(Locale.ROOT);
    if (instances(name) == 0) {
      return -PipeErrors.FILE_NOT_FOUND;
    }
    if (denyClients) {
      return -PipeErrors.ACCESS_DENIED;
    }
    for (SimulatedEnd server : order) {
      if (server.name.equals(name) && server.state == SimulatedEnd.State.LISTENING && !server.hadClient) {
        SimulatedEnd client = new SimulatedEnd(++lastHandle, false, name, lastSpec.outboundBufferBytes());
        ends.put(client.handle, client);
        client.peer = server;
        server.peer = client;
        server.state = SimulatedEnd.State.CONNECTED;
        server.hadClient = true;
        if (server.connect != null) {
          finish(server, server.connect, PipeErrors.SUCCESS);
        }
        return client.handle;
      }
    }
    return -PipeErrors.PIPE_BUSY;
  }

  private int takeFailure() {
    int failure = failNext;
    failNext = 0;
    return failure;
  }

  private SimulatedOperation submit(SimulatedEnd end, long overlapped, long buffer, int length) {
    if (!inFlight.add(overlapped)) {
      throw wrong("an OVERLAPPED block submitted twice");
    }
    submitted++;
    return new SimulatedOperation(end, overlapped, buffer, length);
  }

  /** The call failed at once: there is no packet. */
  private int refuse(SimulatedOperation operation, int error) {
    inFlight.remove(operation.overlapped);
    return error;
  }

  @Override
  public int connect(long handle, long overlapped) {
    SimulatedEnd end = end(handle);
    SimulatedOperation operation = submit(end, overlapped, 0, 0);
    int failure = takeFailure();
    if (failure != 0) {
      return refuse(operation, failure);
    }
    if (end.connect != null) {
      throw wrong("two connects at once");
    }
    if (end.hadClient) {
      return refuse(operation, end.peerIsGone() ? PipeErrors.NO_DATA : PipeErrors.PIPE_CONNECTED);
    }
    end.connect = operation;
    return PipeErrors.IO_PENDING;
  }

  @Override
  public int read(long handle, long buffer, int length, long overlapped) {
    SimulatedEnd end = end(handle);
    SimulatedOperation operation = submit(end, overlapped, buffer, length);
    if (end.read != null) {
      throw wrong("two reads at once");
    }
    int failure = takeFailure();
    failure = failure != 0 ? failure : failureOf(end, end.readable() == 0, PipeErrors.BROKEN_PIPE);
    if (failure != 0) {
      return refuse(operation, failure);
    }
    end.read = operation;
    return chance(latePercent) ? PipeErrors.IO_PENDING : settleNow(end, operation, progressRead(end));
  }

  @Override
  public int write(long handle, long buffer, int length, long overlapped) {
    SimulatedEnd end = end(handle);
    if (length == 0) {
      throw wrong("a write of no bytes");
    }
    SimulatedOperation operation = submit(end, overlapped, buffer, length);
    if (end.write != null) {
      throw wrong("two writes at once");
    }
    int failure = takeFailure();
    failure = failure != 0 ? failure : failureOf(end, true, PipeErrors.NO_DATA);
    if (failure != 0) {
      return refuse(operation, failure);
    }
    end.write = operation;
    return chance(latePercent) ? PipeErrors.IO_PENDING : settleNow(end, operation, progressWrite(end));
  }

  private static int failureOf(SimulatedEnd end, boolean drained, int whenGone) {
    if (end.state == SimulatedEnd.State.DISCONNECTED) {
      return PipeErrors.PIPE_NOT_CONNECTED;
    }
    if (end.state == SimulatedEnd.State.LISTENING) {
      return PipeErrors.PIPE_LISTENING;
    }
    return drained && end.peerIsGone() ? whenGone : 0;
  }

  /** An immediate success has a packet unless the handle skips it. */
  private int settleNow(SimulatedEnd end, SimulatedOperation operation, boolean done) {
    if (!done) {
      return PipeErrors.IO_PENDING;
    }
    forget(end, operation);
    operation.settle(PipeErrors.SUCCESS);
    if (end.skipsPackets) {
      inFlight.remove(operation.overlapped);
    } else {
      ports.get(end.port).add(new Packet(end.key, operation));
    }
    return PipeErrors.SUCCESS;
  }

  private boolean progressRead(SimulatedEnd end) {
    SimulatedOperation read = end.read;
    if (read == null || end.readable() == 0) {
      return false;
    }
    int most = chance(partialPercent) ? 1 + random.nextInt(read.length) : read.length;
    while (end.readable() > 0 && read.moved < most) {
      read.put(end.take(most - read.moved));
    }
    return true;
  }

  /** Says whether the write is done: all of it, or, now and then, what has been taken so far. */
  private boolean progressWrite(SimulatedEnd end) {
    SimulatedOperation write = end.write;
    if (write == null || end.peerIsGone()) {
      return false;
    }
    int count = Math.min(end.peer.room(), write.length - write.moved);
    count = count > 1 && chance(partialPercent) ? 1 + random.nextInt(count) : count;
    if (count > 0) {
      end.peer.arrive(write.take(count));
    }
    return write.moved == write.length || write.moved > 0 && chance(partialPercent / 4);
  }

  private static void forget(SimulatedEnd end, SimulatedOperation operation) {
    if (end.read == operation) {
      end.read = null;
    } else if (end.write == operation) {
      end.write = null;
    } else if (end.connect == operation) {
      end.connect = null;
    }
  }

  private void finish(SimulatedEnd end, SimulatedOperation operation, int error) {
    if (operation != null) {
      forget(end, operation);
      operation.settle(error);
      ports.get(end.port).add(new Packet(end.key, operation));
    }
  }

  /** Lets something move that can; says whether anything did. */
  public boolean step() {
    List<SimulatedEnd> candidates = new ArrayList<>(ends.values());
    java.util.Collections.shuffle(candidates, random);
    for (SimulatedEnd end : candidates) {
      if (stepRead(end) || stepWrite(end)) {
        return true;
      }
    }
    return false;
  }

  private boolean stepRead(SimulatedEnd end) {
    if (end.read == null) {
      return false;
    }
    int failure = failureOf(end, end.readable() == 0, PipeErrors.BROKEN_PIPE);
    if (failure != 0) {
      finish(end, end.read, failure);
      return true;
    }
    if (progressRead(end)) {
      finish(end, end.read, PipeErrors.SUCCESS);
      return true;
    }
    return false;
  }

  private boolean stepWrite(SimulatedEnd end) {
    if (end.write == null) {
      return false;
    }
    int failure = failureOf(end, true, PipeErrors.BROKEN_PIPE);
    if (failure != 0) {
      finish(end, end.write, failure);
      return true;
    }
    int before = end.write.moved;
    SimulatedOperation write = end.write;
    if (progressWrite(end)) {
      finish(end, write, PipeErrors.SUCCESS);
      return true;
    }
    return write.moved > before;
  }

  @Override
  public int cancel(long handle, long overlapped) {
    SimulatedEnd end = end(handle);
    for (SimulatedOperation operation : new SimulatedOperation[] {end.read, end.write, end.connect}) {
      if (operation != null && operation.overlapped == overlapped) {
        boolean late = operation == end.read && progressRead(end) || operation == end.write && progressWrite(end);
        finish(end, operation, late ? PipeErrors.SUCCESS : PipeErrors.OPERATION_ABORTED);
        return PipeErrors.SUCCESS;
      }
    }
    return PipeErrors.NOT_FOUND;
  }

  @Override
  public int flush(long handle) {
    throw wrong("a blocking call");
  }

  @Override
  public int disconnect(long handle) {
    SimulatedEnd end = end(handle);
    if (!end.server) {
      throw wrong("a client cannot disconnect");
    }
    cut(end);
    if (end.peer != null && !end.peer.closed) {
      cut(end.peer);
    }
    return PipeErrors.SUCCESS;
  }

  private void cut(SimulatedEnd end) {
    end.state = SimulatedEnd.State.DISCONNECTED;
    end.discardInbound();
    finish(end, end.read, PipeErrors.PIPE_NOT_CONNECTED);
    finish(end, end.write, PipeErrors.PIPE_NOT_CONNECTED);
  }

  @Override
  public int close(long handle) {
    SimulatedEnd end = end(handle);
    end.closed = true;
    ends.remove(handle);
    order.remove(end);
    finish(end, end.connect, PipeErrors.OPERATION_ABORTED);
    finish(end, end.read, PipeErrors.BROKEN_PIPE);
    finish(end, end.write, PipeErrors.BROKEN_PIPE);
    return PipeErrors.SUCCESS;
  }

  @Override
  public long createPort() {
    ports.put(++lastHandle, new ArrayList<>());
    return lastHandle;
  }

  @Override
  public int associate(long handle, long port, long key) {
    SimulatedEnd end = end(handle);
    if (end.port != 0) {
      return PipeErrors.INVALID_PARAMETER;
    }
    end.port = port;
    end.key = key;
    return PipeErrors.SUCCESS;
  }

  @Override
  public int skipCompletionOnSuccess(long handle) {
    end(handle).skipsPackets = skipModeSupported;
    return skipModeSupported ? PipeErrors.SUCCESS : PipeErrors.INVALID_PARAMETER;
  }

  @Override
  public int dequeue(long port, PacketBatch batch, int timeoutMillis) {
    List<Packet> packets = ports.get(port);
    if (packets.isEmpty()) {
      return WAIT_TIMEOUT;
    }
    batch.size(0);
    int count = Math.min(batch.capacity(), 1 + random.nextInt(packets.size()));
    for (int i = 0; i < count; i++) {
      Packet packet = packets.remove(random.nextInt(packets.size()));
      long overlapped = packet.operation == null ? 0 : packet.operation.overlapped;
      inFlight.remove(overlapped);
      batch.append(packet.key, overlapped, packet.operation == null ? 0 : packet.operation.moved);
    }
    return PipeErrors.SUCCESS;
  }

  @Override
  public int post(long port, long key) {
    ports.get(port).add(new Packet(key, null));
    return PipeErrors.SUCCESS;
  }

  @Override
  public int closePort(long port) {
    if (!inFlight.isEmpty()) {
      throw wrong("a port closed with operations in flight");
    }
    ports.remove(port);
    return PipeErrors.SUCCESS;
  }

  @Override
  public int errorOf(long status) {
    return SimulatedOperation.errorOf(status);
  }

  @Override
  public String currentUserSid() {
    return "S-1-5-21-1-2-3-1001";
  }

  @Override
  public long peerProcessId(long handle, boolean serverEnd) {
    return end(handle).state == SimulatedEnd.State.CONNECTED ? 4711 : -PipeErrors.PIPE_NOT_CONNECTED;
  }
}
