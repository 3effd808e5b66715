// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.AdoptionKernel;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeInstanceSpec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What reading, writing and connecting do in mio-named-pipes, each behaviour under the number it has in the list this
 * library was begun with; the rest of the list is in {@link AncestorEndsTest}. A1, A2, A12 and A13 are also what every
 * interleaving checks.
 */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class AncestorBehavioursTest {

  private static final String NAME = "ancestor";
  private static final String PATH = "\\\\.\\pipe\\" + NAME;

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
  void a3_beforeItIsRegisteredAPipeReadsAndWritesNothingAndLosesNothing() {
    PipeInstanceSpec spec = new PipeInstanceSpec(PATH, 1, 512, 512, false, true, null);
    long opened = world.kernel.createInstance(spec, true);
    NamedPipeChannel client = world.connect(NAME, new Recorder());
    ChannelFuture early = send(client, "early");
    world.settle();
    world.kernel.adoption.facts = new AdoptionKernel.Facts(PipeErrors.SUCCESS, true, false, 3, NAME);
    Future<NamedPipeChannel> adopted = new HandleAdoption(world.io).adopt(opened, world.childLoop);
    world.settle();
    NamedPipeChannel channel = adopted.getNow();
    Recorder recorder = new Recorder();
    channel.config().setAllocator(world.allocator);
    channel.pipeline().addLast(recorder);
    int before = world.kernel.submitted;
    assertThrows(IllegalStateException.class, channel::read);
    ByteBuf lost = Unpooled.copiedBuffer("never", StandardCharsets.UTF_8);
    assertThrows(IllegalStateException.class, () -> channel.writeAndFlush(lost));
    lost.release(lost.refCnt());
    assertEquals(before, world.kernel.submitted);
    EventLoopGroup loop = world.childLoop;
    loop.register(channel);
    world.settle();
    assertTrue(early.isSuccess());
    assertEquals("early", recorder.text());
    SimulatedWorld.closeAll(List.of(channel, client));
    world.settle();
  }

  @Test
  void a4_aClientThatIsThereAlreadyIsAcceptedWithoutAPacket() {
    List<Long> quick = new ArrayList<>();
    world.kernel.whims.beforeNextConnect(() -> quick.add(world.kernel.open(PATH, 3, 1)));
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
  void a5_aConnectThatFailsWhenItWasPendingForLongIsTakenOnceToo() {
    NamedPipeServerChannel server = listen();
    int instances = world.kernel.waiting(PATH);
    world.settle(1_000);
    world.kernel.failPendingConnect(PATH, PipeErrors.NO_SYSTEM_RESOURCES);
    world.settle(200);
    assertEquals(1, acceptErrors.size());
    assertEquals(PipeErrors.NO_SYSTEM_RESOURCES,
        assertInstanceOf(NamedPipeException.class, acceptErrors.get(0)).errorCode());
    assertEquals(instances, world.kernel.waiting(PATH), "it is not waited for again");
    NamedPipeChannel client = world.connect(NAME, new Recorder());
    assertTrue(children.get(0).channel.isActive());
    close(server, client);
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
    assertTrue(world.kernel.instances(PATH) > 0);
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
    world.kernel.whims.failNextRead(PipeErrors.NO_SYSTEM_RESOURCES);
    send(children.get(0).channel, "whose next read fails");
    world.settle();
    assertEquals("whose next read fails", recorder.text());
    assertEquals(1, recorder.failures.size());
    NamedPipeException failure = assertInstanceOf(NamedPipeException.class, recorder.failures.get(0));
    assertEquals("read", failure.operation());
    assertEquals(PipeErrors.NO_SYSTEM_RESOURCES, failure.errorCode());
    assertFalse(client.isOpen());
    assertEquals(CloseReason.ERROR, client.closeReason());
    close(server, client);
  }

  @Test
  void a11_aListeningInstanceWaitsForItsClient() {
    NamedPipeServerChannel server = listen();
    world.settle(1_000);
    assertEquals(0, acceptErrors.size());
    assertEquals(server.config().getPendingInstances(), world.kernel.instances(PATH));
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
}
