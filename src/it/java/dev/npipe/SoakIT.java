// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.win32.HandleCounts;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 150, unit = TimeUnit.SECONDS)
class SoakIT extends PipeRig {

  private static final int WARM_UP_CYCLES = 400;
  private static final int CYCLES = Rounds.of("npipe.cycles", 2_000);
  private static final int AT_ONCE = 50;
  private static final int CONNECTIONS = 1000;
  private static final long MEBIBYTE = 1024 * 1024;
  private static final long MOST_BYTES_PER_END = 16 * 1024;
  // The JVM starts threads of its own, of its compilers say; each has a few events.
  private static final int EVENTS_OF_THE_JVM = 24;

  private final NamedPipeClient client = NamedPipeClient.create(vertx);

  private void cycle(int times) throws Exception {
    for (int i = 0; i < times; i++) {
      NamedPipeSocket socket = await(client.connect(name));
      Box<Buffer> echoed = read(socket);
      await(socket.write("cycle"));
      assertEquals("cycle", Box.bytes(echoed, 5).toString());
      await(socket.close());
    }
  }

  @Test
  void connectionsThatComeAndGoLeaveNothingBehind() throws Exception {
    echo();
    cycle(WARM_UP_CYCLES);
    HandleCounts before = Settling.atRest(HandleCounts::take);
    long heap = Settling.heap();
    long began = System.nanoTime();
    cycle(CYCLES);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    HandleCounts after = Settling.settled(HandleCounts::take, counts -> counts.files() == before.files());
    long grown = Settling.settled(Settling::heap, bytes -> bytes < heap + 2 * MEBIBYTE) - heap;
    System.out.printf("%d cycles in %d ms; handles before %s, after %s; heap grown by %d KiB%n",
        CYCLES, millis, before, after, grown / 1024);
    assertEquals(before.files(), after.files());
    assertTrue(after.events() - before.events() <= EVENTS_OF_THE_JVM, () -> before + " became " + after);
    assertTrue(grown < 2 * MEBIBYTE, () -> "The heap has grown by " + grown + " bytes");
  }

  private List<NamedPipeSocket> connect(int count) throws Exception {
    List<NamedPipeSocket> sockets = new ArrayList<>();
    while (sockets.size() < count) {
      List<Future<NamedPipeSocket>> connects = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        connects.add(client.connect(name));
      }
      for (Future<NamedPipeSocket> connect : connects) {
        sockets.add(await(connect));
      }
    }
    return sockets;
  }

  private static int threads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }

  @Test
  void idleConnectionsCostLittleMemoryAndNoThread() throws Exception {
    AtomicInteger accepted = new AtomicInteger();
    await(NamedPipeServer.create(vertx).connectHandler(socket -> {
      accepted.incrementAndGet();
      socket.handler(socket::write);
    }).listen(name));
    List<NamedPipeSocket> first = connect(2 * AT_ONCE);
    Settling.settled(accepted::get, count -> count == first.size());
    int threads = Settling.atRest(SoakIT::threads);
    long heap = Settling.heap();
    long direct = Settling.direct();
    List<NamedPipeSocket> idle = connect(CONNECTIONS);
    int expected = first.size() + idle.size();
    assertEquals(expected, Settling.settled(accepted::get, count -> count == expected));
    int started = threads() - threads;
    long heapPerEnd = (Settling.heap() - heap) / (2 * CONNECTIONS);
    long directPerEnd = (Settling.direct() - direct) / (2 * CONNECTIONS);
    System.out.printf("%d idle connections: %d threads started; per end %d bytes of heap, %d of direct memory%n",
        CONNECTIONS, started, heapPerEnd, directPerEnd);
    assertTrue(started <= 2, () -> started + " threads were started");
    assertTrue(heapPerEnd + directPerEnd <= MOST_BYTES_PER_END,
        () -> heapPerEnd + " bytes of heap and " + directPerEnd + " of direct memory");
    NamedPipeSocket last = idle.get(CONNECTIONS - 1);
    Box<Buffer> echoed = read(last);
    await(last.write("awake"));
    assertEquals("awake", Box.bytes(echoed, 5).toString());
  }
}
