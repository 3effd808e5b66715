// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.npipe.channel.WaitPolicy;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What was written arrives, whatever ends the connection, at readers that take their time: so many rounds
 * ({@code -Dnpipe.rounds}), every byte hashed.
 */
@Timeout(value = 400, unit = TimeUnit.SECONDS)
class NothingLostIT extends PipeRig {

  private static final int ROUNDS = Rounds.of("npipe.rounds", 500);
  private static final int PATIENCE = 300;
  private static final int QUEUE = 64 * 1024;
  private static final int NARROW = 4 * 1024;
  private static final int AT_ONCE = 8;
  /** Of one JVM: to start it takes longer than to write to many. */
  private static final int WRITER_CLIENTS = 250;
  private static final int MOST_WRITES = 5;
  private static final int MOST_BYTES = 40_000;
  private static final int PARTS_A_TURN = 16;

  private final Random random = new Random(7);
  private final List<String> sent = Collections.synchronizedList(new ArrayList<>());

  private ForeignClient reader(Capability language, int rounds, int atOnce) throws IOException {
    String[] arguments = {name, "" + rounds, "" + atOnce};
    return language == Capability.C
        ? Capability.C.program("probe.exe", "slow", arguments[0], arguments[1], arguments[2])
        : language.script("src/it/node/slow.js", arguments);
  }

  private void assertNothingLost(int rounds, ForeignClient client) throws Exception {
    List<String> received = client.success(PATIENCE).lines().sorted().toList();
    assertEquals(rounds, received.size());
    assertEquals(sent.stream().sorted().toList(), received);
  }

  @ParameterizedTest
  @EnumSource(names = {"C", "NODE"})
  void whatWasWrittenBeforeACloseArrives(Capability language) throws Exception {
    language.require();
    List<Future<Void>> closes = Collections.synchronizedList(new ArrayList<>());
    // So little room that the close finds most of it waiting in the kernel, or still to be given to it.
    NamedPipeServerOptions narrow = patient().setOutboundBufferBytes(NARROW);
    await(NamedPipeServer.create(vertx, narrow).connectHandler(socket -> {
      Sent stream = new Sent(socket, random);
      for (int i = 1 + random.nextInt(MOST_WRITES); i > 0; i--) {
        stream.write(MOST_BYTES);
      }
      sent.add(stream.summary());
      closes.add(random.nextBoolean() ? socket.close() : socket.end());
    }).listen(name));
    try (ForeignClient client = reader(language, ROUNDS, AT_ONCE)) {
      assertNothingLost(ROUNDS, client);
    }
    for (Future<Void> close : closes) {
      await(close);
    }
  }

  private static NamedPipeServerOptions patient() {
    return new NamedPipeServerOptions().setLingerTimeout(Duration.ofSeconds(60)).setWriteQueueMaxSize(QUEUE);
  }

  @ParameterizedTest
  @EnumSource(names = {"C", "NODE"})
  void whatWasWrittenBeforeTheProcessEndsArrives(Capability language) throws Exception {
    language.require();
    NamedPipeClient first = NamedPipeClient.create(vertx, new NamedPipeClientOptions()
        .setWhenMissing(WaitPolicy.WAIT).setConnectTimeout(Duration.ofSeconds(PATIENCE)));
    int left = ROUNDS;
    while (left > 0) {
      int clients = Math.min(left, WRITER_CLIENTS);
      left -= clients;
      try (ForeignClient writer = ExitingWriter.start(name, clients, left)) {
        // Hundreds of clients that look for a pipe while its JVM starts leave it no time to.
        await(first.connect(name));
        try (ForeignClient client = reader(language, clients, clients)) {
          sent.clear();
          writer.success(PATIENCE).lines().forEach(sent::add);
          assertNothingLost(clients, client);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"C", "NODE"})
  void whatWasWrittenBeforeAShutdownUnderLoadArrives(Capability language) throws Exception {
    language.require();
    try (ForeignClient client = reader(language, 2 * ROUNDS, 2)) {
      try {
        for (int i = 0; i < ROUNDS; i++) {
          shutDownUnderLoad();
        }
      } catch (TimeoutException e) {
        throw new AssertionError("after " + sent.size() + " streams, the reader " + client.outputSoFar(), e);
      }
      assertNothingLost(2 * ROUNDS, client);
    }
  }

  private void shutDownUnderLoad() throws Exception {
    List<Sent> streams = Collections.synchronizedList(new ArrayList<>());
    Box<Boolean> loaded = new Box<>();
    NamedPipeServer server = NamedPipeServer.create(vertx, patient()).connectHandler(socket -> {
      Sent stream = new Sent(socket, random);
      streams.add(stream);
      // What its peer reads slowly is written for as long as it is allowed to.
      socket.drainHandler(drained -> writeOn(socket, stream, loaded));
      writeOn(socket, stream, loaded);
    });
    await(server.listen(name));
    loaded.take();
    loaded.take();
    await(server.shutdown(Duration.ofSeconds(PATIENCE_SECONDS)));
    streams.forEach(stream -> sent.add(stream.summary()));
  }

  private void writeOn(NamedPipeSocket socket, Sent stream, Box<Boolean> loaded) {
    boolean before = stream.length() > 0;
    int parts = 0;
    while (!socket.writeQueueFull() && !stream.write(MOST_BYTES).failed()) {
      parts++;
      if (parts == PARTS_A_TURN) {
        // A reader that keeps pace would have the loop to itself.
        vertx.runOnContext(turn -> writeOn(socket, stream, loaded));
        break;
      }
    }
    if (!before) {
      loaded.put(true);
    }
  }
}
