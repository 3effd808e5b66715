// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import dev.npipe.channel.CloseReason;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** What goes on in a soak: servers, and those who use them, each of whom checks what it gets. */
final class SoakActors {

  private static final int MOST_BYTES = 100_000;
  private static final int READER_ROUNDS = 20;
  private static final int READER_PATIENCE = 120;
  private static final Duration SHORT = Duration.ofMillis(30);
  private static final int LATE_MILLIS = 2_000;

  final LongAdder operations = new LongAdder();
  final LongAdder faults = new LongAdder();
  final LongAdder bytesHashed = new LongAdder();

  private final Vertx vertx;
  private final String name = "npipe-soak-" + ProcessHandle.current().pid();
  private final Random random = new Random();
  private final AtomicLong readers = new AtomicLong();
  private final AtomicLong victims = new AtomicLong();
  private final Map<String, Boolean> sent = new ConcurrentHashMap<>();
  private final List<NamedPipeServer> servers = new ArrayList<>();
  private final NamedPipeClient streams;
  private final NamedPipeClient messages;

  SoakActors(Vertx vertx) throws Exception {
    this.vertx = vertx;
    this.streams = NamedPipeClient.create(vertx);
    this.messages = NamedPipeClient.create(vertx, new NamedPipeClientOptions().setMessageMode(true));
    listen("-b", new NamedPipeServerOptions(), socket -> socket.pipeTo(socket));
    listen("-m", new NamedPipeServerOptions().setMessageMode(true), socket ->
        socket.messageHandler(message -> socket.writeMessage(message)));
    listen("-unread", new NamedPipeServerOptions(), this::readLate);
    listen("-s", new NamedPipeServerOptions().setLingerTimeout(Duration.ofSeconds(60)), this::writeAndClose);
  }

  private void listen(String suffix, NamedPipeServerOptions options, Consumer<NamedPipeSocket> use)
      throws Exception {
    NamedPipeServer server = NamedPipeServer.create(vertx, options).connectHandler(socket -> {
      socket.exceptionHandler(cutOff -> { });
      use.accept(socket);
    });
    servers.add(PipeRig.await(server.listen(name + suffix)));
  }

  /** Too late for who writes; but who never read would never know that it has gone. */
  private void readLate(NamedPipeSocket socket) {
    socket.pause();
    vertx.setTimer(LATE_MILLIS, late -> socket.resume());
  }

  /** What a slow reader is to get, to the last byte. */
  private void writeAndClose(NamedPipeSocket socket) {
    Sent stream = new Sent(socket, random);
    for (int i = 1 + random.nextInt(6); i > 0; i--) {
      stream.write(60_000);
    }
    bytesHashed.add(stream.length());
    sent.put(stream.summary(), true);
    socket.close();
  }

  /** One connection in byte mode: some exchanges, and one of several ends. */
  void streamAndEnd() throws Exception {
    NamedPipeSocket socket = PipeRig.await(streams.connect(name + "-b"));
    PipeRig.Box<Buffer> echoed = PipeRig.read(socket);
    for (int i = random.nextInt(20); i >= 0; i--) {
      Buffer part = PipeRig.random(1 + random.nextInt(MOST_BYTES));
      socket.write(part);
      check(part, PipeRig.Box.bytes(echoed, part.length()));
    }
    if (random.nextInt(4) == 0) {
      faults.increment();
      socket.write(PipeRig.random(MOST_BYTES));
      PipeRig.await(socket.abort());
    } else {
      PipeRig.await(random.nextBoolean() ? socket.end() : socket.close());
    }
    operations.increment();
  }

  private void check(Buffer sentPart, Buffer received) {
    operations.increment();
    bytesHashed.add(sentPart.length());
    if (!sentPart.equals(received)) {
      throw new AssertionError("Of " + sentPart.length() + " bytes came back " + received.length() + ", or others");
    }
  }

  /** One connection in message mode: requests at once, empty ones among them. */
  void request() throws Exception {
    NamedPipeSocket socket = PipeRig.await(messages.connect(name + "-m"));
    List<Buffer> questions = new ArrayList<>();
    List<Future<Buffer>> answers = new ArrayList<>();
    for (int i = random.nextInt(20); i >= 0; i--) {
      questions.add(PipeRig.random(random.nextInt(8) == 0 ? 0 : random.nextInt(MOST_BYTES)));
      answers.add(socket.request(questions.get(questions.size() - 1)));
    }
    for (int i = 0; i < answers.size(); i++) {
      check(questions.get(i), PipeRig.await(answers.get(i)));
    }
    PipeRig.await(socket.flush());
    PipeRig.await(socket.close());
  }

  /** One that nobody reads: its deadline is missed, or its linger runs out. */
  void writeInVain() throws Exception {
    // Before it connects: the reader begins to count the time then, and a machine may be slow.
    Buffer much = PipeRig.random(4_000_000);
    NamedPipeClient client = NamedPipeClient.create(vertx, new NamedPipeClientOptions().setLingerTimeout(SHORT));
    NamedPipeSocket socket = PipeRig.await(client.connect(name + "-unread"));
    socket.exceptionHandler(missed -> { });
    PipeRig.Box<CloseReason> reason = new PipeRig.Box<>();
    socket.closeHandler(closed -> reason.put(socket.closeReason()));
    socket.write(much);
    if (random.nextBoolean()) {
      socket.writeDeadline(SHORT);
    } else {
      socket.close();
    }
    if (reason.take() != CloseReason.TIMEOUT || socket.unsentBytes() == 0) {
      throw new AssertionError("Closed by " + socket.closeReason() + " with " + socket.unsentBytes() + " bytes unsent");
    }
    faults.increment();
    PipeRig.await(client.close());
  }

  /** A program in C that is killed in the middle of what it does, with bytes, or with messages it reads as bytes. */
  void kill() throws Exception {
    String pipe = name + (victims.incrementAndGet() % 2 == 0 ? "-m" : "-b");
    try (ForeignClient victim = Capability.victim("chatter", pipe, "" + random.nextInt(), "5")) {
      PipeRig.Box<Boolean> later = new PipeRig.Box<>();
      vertx.setTimer(1 + random.nextInt(600), due -> later.put(true));
      later.take();
      victim.kill();
    }
    faults.increment();
  }

  /** A program in another language that reads slowly, to the end. */
  void readSlowly() throws Exception {
    boolean node = readers.incrementAndGet() % 2 == 0;
    try (ForeignClient client = reader(node)) {
      for (String line : client.success(READER_PATIENCE).lines().toList()) {
        if (sent.remove(line) == null) {
          throw new AssertionError("A slow reader has got what nobody sent: " + line);
        }
        operations.increment();
      }
    }
  }

  private ForeignClient reader(boolean node) throws IOException {
    String[] arguments = {name + "-s", "" + READER_ROUNDS, "2"};
    return node ? Capability.NODE.script("src/it/node/slow.js", arguments)
        : Capability.C.program("probe.exe", "slow", arguments[0], arguments[1], arguments[2]);
  }

  /** CPython's multiprocessing, with messages. */
  void exchangeWithPython() throws Exception {
    try (ForeignClient client = Capability.PYTHON.program("src/it/python/messages.py", "client", name + "-m", "0", "1",
        "100000", "1000000")) {
      if (!client.success(READER_PATIENCE).equals("4 messages match")) {
        throw new AssertionError("CPython got other messages back");
      }
      operations.add(4);
    }
  }

  /** Waits until nobody is connected any more and no more instances wait than should; says how many are too many. */
  long left() throws InterruptedException {
    long left = 1;
    // Their number halves with every five quiet seconds.
    for (int i = 0; i < 4 && left > 0; i++) {
      left = Settling.settled(() -> servers.stream().map(NamedPipeServer::acceptCounts).mapToLong(counts ->
          counts.connections() + counts.pendingInstances() - NamedPipeServerOptions.DEFAULT_PENDING_INSTANCES).sum(),
          count -> count == 0);
    }
    return left;
  }

  /** The errors of accepting. */
  long acceptErrors() {
    return servers.stream().mapToLong(server -> server.acceptCounts().errors()).sum();
  }

  /** Streams that no slow reader has had. None of these readers is killed, so when all have ended there are none. */
  int unread() {
    return sent.size();
  }
}
