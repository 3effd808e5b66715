// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.CloseReason;
import dev.npipe.win32.HandleCounts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 90, unit = TimeUnit.SECONDS)
class HostileClientIT extends PipeRig {

  private static final int TOO_MUCH = 8 * 1024 * 1024;

  private final Box<NamedPipeSocket> accepted = new Box<>();

  private NamedPipeServer listen(NamedPipeServerOptions options) throws Exception {
    return await(NamedPipeServer.create(vertx, options).connectHandler(socket -> accepted.put(socket.pause()))
        .listen(name));
  }

  private static Box<CloseReason> reason(NamedPipeSocket socket) {
    Box<CloseReason> reason = new Box<>();
    socket.closeHandler(closed -> reason.put(socket.closeReason()));
    return reason;
  }

  private void assertStillServing() throws Exception {
    NamedPipeSocket here = await(NamedPipeClient.create(vertx).connect(name));
    NamedPipeSocket there = accepted.take();
    there.pipeTo(there);
    assertEchoes(here, "still there");
    await(here.close());
  }

  private static void assertEchoes(NamedPipeSocket socket, String text) throws Exception {
    Box<Buffer> echoed = read(socket);
    await(socket.write(text));
    assertEquals(text, Box.bytes(echoed, text.length()).toString());
  }

  @ParameterizedTest
  @EnumSource(names = {"NODE", "PYTHON"})
  void aClientKilledWhileItIsWrittenToFailsTheWriteAndNothingElse(Capability language) throws Exception {
    listen(new NamedPipeServerOptions());
    try (ForeignClient client = language.clientThatNeverReads(name)) {
      NamedPipeSocket socket = accepted.take();
      Box<CloseReason> reason = reason(socket);
      Future<Void> written = socket.resume().write(random(TOO_MUCH));
      assertFalse(written.isComplete());
      client.kill();
      assertInstanceOf(IOException.class, failure(written));
      assertEquals(CloseReason.PEER_CLOSED, reason.take());
    }
    assertStillServing();
  }

  @ParameterizedTest
  @EnumSource(names = {"NODE", "PYTHON"})
  void aClientKilledBeforeTheFirstReadIsFoundToHaveGone(Capability language) throws Exception {
    listen(new NamedPipeServerOptions());
    try (ForeignClient client = language.clientThatNeverReads(name)) {
      NamedPipeSocket socket = accepted.take();
      Box<CloseReason> reason = reason(socket);
      client.kill();
      socket.resume();
      assertEquals(CloseReason.PEER_CLOSED, reason.take());
    }
    assertStillServing();
  }

  @ParameterizedTest
  @EnumSource(names = {"NODE", "PYTHON"})
  void aClientThatNeverReadsHoldsUpTheCloseForTheLingerTimeoutOnly(Capability language) throws Exception {
    NamedPipeServer server = listen(new NamedPipeServerOptions().setLingerTimeout(Duration.ofSeconds(1)));
    try (ForeignClient client = language.clientThatNeverReads(name)) {
      NamedPipeSocket socket = accepted.take();
      Future<Void> written = socket.write(random(TOO_MUCH));
      long began = System.nanoTime();
      assertInstanceOf(UnsentBytesException.class, failure(server.close()));
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
      assertEquals(CloseReason.TIMEOUT, socket.closeReason());
      assertInstanceOf(IOException.class, failure(written));
      client.kill();
      assertTrue(millis >= 900 && millis < 4000, () -> "The close took " + millis + " ms");
    }
  }

  @Test
  void clientsThatConnectAndLeaveAtOnceDoNotDisturbTheOthers() throws Exception {
    echo();
    NamedPipeClient client = NamedPipeClient.create(vertx);
    NamedPipeSocket steady = await(client.connect(name));
    List<Future<Void>> visits = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      visits.add(client.connect(name).compose(NamedPipeSocket::close));
    }
    Future<?> all = Future.join(visits);
    int rounds = 0;
    while (!all.isComplete() || rounds < 10) {
      assertEchoes(steady, "round " + rounds++);
    }
    await(all);
    assertEchoes(await(client.connect(name)), "afterwards");
  }

  private void listen(Vertx theirs) throws Exception {
    await(NamedPipeServer.create(theirs).connectHandler(socket -> socket.pipeTo(socket)).listen(name));
  }

  /** Connections that talk without end, of a Vert.x of their own. */
  private void keepTalking(Vertx theirs) throws Exception {
    NamedPipeClient client = NamedPipeClient.create(theirs);
    for (int i = 0; i < 20; i++) {
      NamedPipeSocket socket = await(client.connect(name));
      Box<Buffer> echoed = new Box<>();
      socket.handler(buffer -> {
        echoed.put(buffer);
        socket.write(buffer);
      });
      socket.write(random(1000 + i));
      echoed.take();
    }
  }

  private static int files() {
    return HandleCounts.take().files();
  }

  /** All of it once before: the class path's archives, too, are files, and are opened when they are needed. */
  private int filesAfterAll() throws Exception {
    Vertx first = newVertx();
    listen(first);
    keepTalking(first);
    await(first.close());
    return Settling.atRest(HostileClientIT::files);
  }

  private static void assertNoneStaysOpen(int filesBefore) throws Exception {
    int left = Settling.settled(HostileClientIT::files, count -> count <= filesBefore);
    assertTrue(left <= filesBefore, () -> left + " files, of " + filesBefore + " before");
  }

  @Test
  void closingVertxUnderLiveSocketsClosesThemAll() throws Exception {
    int files = filesAfterAll();
    Vertx theirs = newVertx();
    listen(theirs);
    keepTalking(theirs);
    assertTrue(files() >= files + 40);
    await(theirs.close());
    assertNoneStaysOpen(files);
  }

  @Test
  void endingTheEventLoopsUnderLiveSocketsClosesThemAll() throws Exception {
    int files = filesAfterAll();
    Vertx theirs = Driver.current().withoutTcp().build(Vertx.builder());
    listen(theirs);
    int filesOfListener = files();
    keepTalking(theirs);
    assertTrue(((VertxInternal) theirs).nettyEventLoopGroup().shutdownGracefully(0, 1, TimeUnit.SECONDS)
        .await(PATIENCE_SECONDS, TimeUnit.SECONDS));
    // The loop that accepts goes on.
    int left = Settling.settled(HostileClientIT::files, count -> count <= filesOfListener);
    assertTrue(left <= filesOfListener, () -> left + " files, of " + filesOfListener + " before there were clients");
    // Vert.x itself needs its event loops to close; what is left here are its threads.
    assertTrue(((VertxInternal) theirs).acceptorEventLoopGroup().shutdownGracefully(0, 1, TimeUnit.SECONDS)
        .await(PATIENCE_SECONDS, TimeUnit.SECONDS));
    assertNoneStaysOpen(files);
  }
}
