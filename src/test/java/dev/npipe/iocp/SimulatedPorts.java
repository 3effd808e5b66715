// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * The completion ports of the simulated kernel: packets wait there, and are dequeued in any order, as those of
 * different operations may be.
 */
final class SimulatedPorts {

  private record Packet(long key, SimulatedOperation operation) {
  }

  private final Random random;
  private final Map<Long, List<Packet>> ports = new HashMap<>();
  private final Map<Long, Boolean> events = new HashMap<>();
  private final Set<Long> inFlight = new HashSet<>();

  final List<String> misuses = new ArrayList<>();
  final List<Integer> packetsAskedFor = new ArrayList<>();
  int packets;

  SimulatedPorts(Random random) {
    this.random = random;
  }

  AssertionError wrong(String what) {
    misuses.add(what);
    return new AssertionError("misuse of the kernel: " + what);
  }

  void create(long port) {
    ports.put(port, new ArrayList<>());
  }

  void close(long port) {
    if (packets(port) > 0) {
      throw wrong("a port closed with packets of operations");
    }
    if (ports.remove(port) == null) {
      throw wrong("a port closed twice");
    }
  }

  /** An OVERLAPPED block is the kernel's from here on. */
  void begin(long overlapped) {
    if (!inFlight.add(overlapped)) {
      throw wrong("an OVERLAPPED block submitted twice");
    }
  }

  /** The block is the caller's again, without a packet. */
  void end(long overlapped) {
    inFlight.remove(overlapped);
  }

  void queue(SimulatedEnd end, SimulatedOperation operation) {
    if (end.port == 0) {
      // Without a port the event tells, and the block is the caller's once it is not pending any more.
      inFlight.remove(operation.overlapped);
      signal(operation.event());
      return;
    }
    packets++;
    ports.get(end.port).add(new Packet(end.key, operation));
  }

  private long packets(long port) {
    return ports.getOrDefault(port, List.of()).stream().filter(packet -> packet.operation != null).count();
  }

  void post(long port, long key) {
    ports.get(port).add(new Packet(key, null));
  }

  int dequeue(long port, PacketBatch batch) {
    List<Packet> packets = ports.get(port);
    if (packets.isEmpty()) {
      return PipeErrors.WAIT_TIMEOUT;
    }
    batch.size(0);
    packetsAskedFor.add(batch.wanted());
    int count = Math.min(batch.wanted(), 1 + random.nextInt(packets.size()));
    for (int i = 0; i < count; i++) {
      Packet packet = packets.remove(random.nextInt(packets.size()));
      long overlapped = packet.operation == null ? 0 : packet.operation.overlapped;
      inFlight.remove(overlapped);
      batch.append(packet.key, overlapped, packet.operation == null ? 0 : packet.operation.moved);
    }
    return PipeErrors.SUCCESS;
  }

  void createEvent(long event) {
    events.put(event, false);
  }

  void signal(long event) {
    if (events.replace(event, true) == null) {
      throw wrong("an event signalled that is not there");
    }
  }

  /** Starting an operation resets its event. */
  void reset(long event) {
    if (event != 0 && events.replace(event, false) == null) {
      throw wrong("an operation with an event that is not there");
    }
  }

  int waitFor(EventSet set, int from) {
    for (int i = from; i < set.size(); i++) {
      Boolean signalled = events.get(set.event(i));
      if (signalled == null) {
        throw wrong("a wait for an event that is not there");
      }
      if (signalled) {
        events.put(set.event(i), false);
        return i;
      }
    }
    return -PipeErrors.WAIT_TIMEOUT;
  }

  void closeEvent(long event) {
    if (events.remove(event) == null) {
      throw wrong("an event closed twice");
    }
  }

  int events() {
    return events.size();
  }

  int inFlight() {
    return inFlight.size();
  }
}
