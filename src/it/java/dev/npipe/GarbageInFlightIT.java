// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the kernel was given is nobody else's, however much garbage is collected meanwhile. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class GarbageInFlightIT extends PipeRig {

  private static final int CONNECTIONS = 100;
  private static final int WRITERS = 20;
  private static final int MUCH = 2 * 1024 * 1024;
  private static final int COLLECTIONS = 10;
  private static final int GARBAGE = 64 * 1024;
  private static final int PIECES_OF_GARBAGE = 500;

  private final Box<NamedPipeSocket> accepted = new Box<>();
  private final Box<Buffer> heard = new Box<>();

  @BeforeEach
  void listen() throws Exception {
    // Neither is the server kept.
    await(NamedPipeServer.create(vertx).connectHandler(socket -> accepted.put(socket.pause())).listen(name));
  }

  /** Allocates and drops, in the heap and beside it, and has it collected. */
  private static void collectGarbage() {
    long sum = 0;
    for (int i = 0; i < COLLECTIONS; i++) {
      for (int piece = 0; piece < PIECES_OF_GARBAGE; piece++) {
        sum += new byte[GARBAGE].length + ByteBuffer.allocateDirect(piece).capacity();
      }
      System.gc();
    }
    assertTrue(sum > 0);
  }

  /** Connects clients that nobody keeps; what they hear goes into one box. */
  private List<NamedPipeSocket> serverEndsOfForgottenClients() throws Exception {
    List<NamedPipeSocket> serverEnds = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      await(NamedPipeClient.create(vertx).connect(name).onSuccess(socket -> socket.handler(heard::put)).mapEmpty());
      serverEnds.add(accepted.take());
    }
    return serverEnds;
  }

  @Test
  void dataArrivesAtReadsThatWereInFlight() throws Exception {
    List<NamedPipeSocket> serverEnds = serverEndsOfForgottenClients();
    for (int round = 0; round < 2; round++) {
      collectGarbage();
      for (int i = 0; i < serverEnds.size(); i++) {
        Buffer sent = random(1000 + i);
        await(serverEnds.get(i).write(sent));
        assertEquals(sent, Box.bytes(heard, sent.length()));
      }
    }
  }

  @Test
  void writesThatWereInFlightArriveWhole() throws Exception {
    List<Future<Void>> writes = new ArrayList<>();
    List<NamedPipeSocket> serverEnds = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      int length = MUCH + i;
      writes.add(NamedPipeClient.create(vertx).connect(name).compose(socket -> socket.write(random(length))));
      serverEnds.add(accepted.take());
    }
    collectGarbage();
    assertTrue(writes.stream().noneMatch(Future::isComplete), "nothing was in flight");
    for (int i = 0; i < WRITERS; i++) {
      Buffer received = Box.bytes(read(serverEnds.get(i)), MUCH + i);
      assertEquals(random(received.length()), received);
      System.gc();
    }
    await(Future.all(writes));
  }

  @Test
  void clientsAreAcceptedThatWereWaitedFor() throws Exception {
    for (int round = 0; round < 10; round++) {
      collectGarbage();
      NamedPipeSocket socket = await(NamedPipeClient.create(vertx).connect(name));
      Buffer sent = random(100);
      await(socket.write(sent));
      assertEquals(sent, Box.bytes(read(accepted.take()), sent.length()));
    }
  }
}
