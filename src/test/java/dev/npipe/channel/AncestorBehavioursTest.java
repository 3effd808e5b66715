// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.PipeErrors;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The behaviours of mio-named-pipes, each under the number it has in the list this library was begun with. A15 (flush)
 * and A17 (adopting handles) are not here yet. A1, A2, A12 and A13 are also what every interleaving checks.
 */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class AncestorBehavioursTest {

  private static final String NAME = "ancestor";

  private final SimulatedWorld world;
  private final List<Recorder> children = new ArrayList<>();
  private final List<Throwable> acceptErrors = new ArrayList<>();

  AncestorBehavioursTest(SimulatedWorld.Drivers drivers) {
    world = new SimulatedWorld(42, drivers);
  }

  @AfterEach
  void nothingIsLeft() {
    world.settle(6_000);
    assertEquals("", world.leftovers());
  }

  private NamedPipeServerChannel listen() {
    return world.listen(NAME, new ChannelInboundHandlerAdapter() {
      @Override
      public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        acceptErrors.add(cause);
      }
    }, child -> {
      Recorder recorder = new Recorder();
      children.add(recorder);
      child.pipeline().addLast(recorder);
    });
  }

  private static ChannelFuture send(NamedPipeChannel channel, String text) {
    return channel.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
  }

  private void close(NamedPipeServerChannel server, NamedPipeChannel... channels) {
    for (NamedPipeChannel channel : channels) {
      channel.close();
    }
    server.close();
    world.settle();
  }

  @Test
  void a1_aBlockedReadNeverDelaysAWrite() {
    NamedPipeServerChannel server = listen();
    NamedPipeChannel client = world.connect(NAME, new Recorder());
    ChannelFuture written = send(client, "while both ends read");
    world.settle();
    assertTrue(written.isSuccess());
    assertEquals("while both ends read", children.get(0).text());
    close(server, client);
  }

  @Test
  void a2_memoryOutlivesItsOperationWhateverIsDropped() {
    NamedPipeServerChannel server = listen();
    NamedPipeChannel client = world.connect(NAME, new Recorder());
    client.unsafe().closeForcibly();
    assertTrue(world.allocator.metric().usedDirectMemory() > 0, "the read's buffer was released before its packet");
    world.settle();
    assertEquals(CloseReason.PEER_CLOSED, children.get(0).channel.closeReason());
    close(server, client);
  }

  @Test
  void a3_writesWhileOneIsPendingQueueInOrder() {
    world.kernel.whims.latePercent = 100;
    NamedPipeServerChannel server = listen();
    NamedPipeChannel client = world.connect(NAME, new Recorder());
    for (int i = 0; i < 10; i++) {
      send(client, i + " ");
    }
    world.settle();
    assertEquals("0 1 2 3 4 5 6 7 8 9 ", children.get(0).text());
    close(server, client);
  }

  @Test
  void a4_aClientThatIsThereAlreadyIsAcceptedWithoutAPacket() {
    List<Long> quick = new ArrayList<>();
    world.kernel.whims.beforeNextConnect(() -> quick.add(world.kernel.open("\\\\.\\pipe\\" + NAME, 3, 1)));
    NamedPipeServerChannel server = listen();
    assertEquals(1, children.size());
    assertTrue(children.get(0).channel.isActive());
    assertEquals(0, acceptErrors.size());
    world.kernel.close(quick.get(0));
    close(server);
  }

  @Test
  void a5_theErrorOfALaterConnectIsTakenOnceAndTheNextClientIsServed() {
    NamedPipeServerChannel server = listen();
    world.kernel.whims.failNextConnect(PipeErrors.NO_SYSTEM_RESOURCES);
    NamedPipeChannel first = world.connect(NAME, new Recorder());
    world.settle(200);
    NamedPipeChannel second = world.connect(NAME, new Recorder());
    assertEquals(1, acceptErrors.size());
    NamedPipeException failure = assertInstanceOf(NamedPipeException.class, acceptErrors.get(0));
    assertEquals(PipeErrors.NO_SYSTEM_RESOURCES, failure.errorCode());
    assertTrue(second.isActive());
    close(server, first, second);
  }

  @Test
  void a6_whatIsSentBeforeTheAcceptIsRead() {
    NamedPipeServerChannel server = listen();
    server.config().setAutoRead(false);
    NamedPipeChannel first = world.connect(NAME, new Recorder());
    send(first, "early");
    world.settle();
    server.config().setAutoRead(true);
    world.settle();
    assertEquals("early", children.get(0).text());
    close(server, first);
  }

  @Test
  void a7_aNewInstanceTakesOverWithoutAGapAndWithNothingOfTheOldClient() {
    NamedPipeServerChannel server = listen();
    NamedPipeChannel first = world.connect(NAME, new Recorder());
    send(first, "of the first");
    world.settle();
    first.close();
    NamedPipeChannel second = world.connect(NAME, new Recorder());
    send(second, "of the second");
    world.settle();
    assertEquals("of the second", children.get(1).text());
    assertTrue(world.kernel.instances("\\\\.\\pipe\\" + NAME) > 0);
    close(server, second);
  }

  @Test
  void a8_pausedAtAnyByteNothingIsLostOrDoubled() {
    world.kernel.whims.partialPercent = 100;
    NamedPipeServerChannel server = listen();
    NamedPipeChannel client = world.connect(NAME, new Recorder());
    Recorder child = children.get(0);
    String sent = "abcdefghijklmnopqrstuvwxyz".repeat(20);
    send(client, sent);
    for (int i = 0; child.text().length() < sent.length() && i < 10_000; i++) {
      child.channel.config().setAutoRead(i % 2 == 0);
      world.step();
    }
    child.channel.config().setAutoRead(true);
    world.settle();
    assertEquals(sent, child.text());
    close(server, client);
  }

  @Test
  void a9_aBrokenPipeIsTheEndOfTheStreamAfterAllData() {
    NamedPipeServerChannel server = listen();
    NamedPipeChannel client = world.connect(NAME, new Recorder());
    send(client, "last words").addListener(written -> client.close());
    world.settle();
    Recorder child = children.get(0);
    assertEquals(List.of("read", "complete", "inactive"), child.lastOf("read", "complete", "inactive"));
    assertEquals("last words", child.text());
    assertEquals(0, child.failures.size());
    assertEquals(CloseReason.PEER_CLOSED, child.channel.closeReason());
    close(server);
  }

  @Test
  void a10_anyOtherReadErrorIsHandedOverOnceAndEndsTheConnection() {
    NamedPipeServerChannel server = listen();
    Recorder recorder = new Recorder();
    NamedPipeChannel client = world.connect(NAME, recorder);
    send(children.get(0).channel, "wakes the reader");
    world.kernel.whims.latePercent = 0;
    client.eventLoop().execute(() -> world.kernel.whims.failNext(0));
    world.settle();
    world.kernel.whims.failNext(PipeErrors.NO_SYSTEM_RESOURCES);
    send(children.get(0).channel, "whose next read fails");
    world.settle();
    List<Throwable> failures = new ArrayList<>(recorder.failures);
    failures.addAll(children.get(0).failures);
    assertTrue(failures.size() <= 1, "told more than once: " + failures);
    assertFalse(client.isOpen() && children.get(0).channel.isOpen());
    close(server, client);
  }

  @Test
  void a11_aListeningInstanceWaitsForItsClient() {
    NamedPipeServerChannel server = listen();
    world.settle(1_000);
    assertEquals(0, acceptErrors.size());
    assertEquals(server.config().getPendingInstances(), world.kernel.instances("\\\\.\\pipe\\" + NAME));
    close(server);
  }

  @Test
  void a12_oneWriteIsInFlightAndEachFutureTellsItsOwnBytesFate() {
    NamedPipeServerChannel server = listen();
    NamedPipeChannel client = world.connect(NAME, new Recorder());
    children.get(0).channel.config().setAutoRead(false);
    world.settle();
    ChannelFuture fits = client.writeAndFlush(Unpooled.directBuffer().writeZero(20_000));
    ChannelFuture doesNot = client.writeAndFlush(Unpooled.directBuffer().writeZero(200_000));
    world.settle();
    assertTrue(fits.isSuccess());
    assertFalse(doesNot.isDone());
    client.abort();
    world.settle();
    assertNotEquals(null, doesNot.cause());
    children.get(0).channel.config().setAutoRead(true);
    close(server, client);
  }

  @Test
  void a13_aShortWriteContinuesWhereItStopped() {
    world.kernel.whims.partialPercent = 100;
    NamedPipeServerChannel server = listen();
    NamedPipeChannel client = world.connect(NAME, new Recorder());
    String sent = "0123456789".repeat(500);
    ChannelFuture written = send(client, sent);
    world.settle();
    assertTrue(written.isSuccess());
    assertEquals(sent, children.get(0).text());
    close(server, client);
  }

  @Test
  void a14_aFailedWriteTellsItsCodeAndLaterWritesFailAtOnce() {
    NamedPipeServerChannel server = listen();
    NamedPipeChannel client = world.connect(NAME, new Recorder());
    world.kernel.whims.failNext(PipeErrors.NO_SYSTEM_RESOURCES);
    ChannelFuture failed = send(client, "never arrives");
    world.settle();
    NamedPipeException failure = assertInstanceOf(NamedPipeException.class, failed.cause());
    assertEquals("write", failure.operation());
    assertEquals(PipeErrors.NO_SYSTEM_RESOURCES, failure.errorCode());
    assertFalse(client.isOpen());
    ChannelFuture later = send(client, "neither");
    world.settle();
    assertTrue(later.isDone() && !later.isSuccess());
    close(server);
  }

  @Test
  void a16_closingCancelsTheReadButNotTheWrite() {
    world.kernel.whims.partialPercent = 0;
    NamedPipeServerChannel server = listen();
    NamedPipeChannel client = world.connect(NAME, new Recorder());
    Recorder child = children.get(0);
    child.channel.config().setAutoRead(false);
    world.settle();
    ChannelFuture large = client.writeAndFlush(Unpooled.directBuffer().writeZero(150_000));
    world.settle();
    assertFalse(large.isDone());
    ChannelFuture closed = client.close();
    world.settle();
    assertFalse(closed.isDone(), "the close did not wait for the write");
    child.channel.config().setAutoRead(true);
    world.settle();
    assertTrue(closed.isDone());
    assertTrue(large.isSuccess());
    assertEquals(150_000, child.bytes);
    close(server);
  }

  @Test
  void a18_anIdleConnectionHoldsOneSmallBuffer() {
    NamedPipeServerChannel server = listen();
    NamedPipeChannel client = world.connect(NAME, new Recorder());
    world.settle();
    assertEquals(2 * 2048, world.allocator.metric().usedDirectMemory(), "of both ends");
    close(server, client);
  }

  @Test
  void a19_everythingLoadsWhereThereAreNoPipes() {
    if (PipeIo.isAvailable()) {
      assertNull(PipeIo.unavailabilityCause());
    } else {
      Throwable failure = assertThrows(UnsupportedOperationException.class,
          NamedPipeChannel::new);
      assertTrue(failure.getMessage().contains("Windows"), failure.getMessage());
    }
  }

  @Test
  void a20_bytesAreDeliveredInTheBufferTheKernelFilled() {
    NamedPipeServerChannel server = listen();
    NamedPipeChannel client = world.connect(NAME, new Recorder());
    send(client, "as they came");
    world.settle();
    assertTrue(children.get(0).allDirect, "a copy was delivered");
    close(server, client);
  }
}
