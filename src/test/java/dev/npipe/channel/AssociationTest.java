// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.AdoptionKernel;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeInstanceSpec;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of clients and names when a handle gets no port: at once if shared, after the accept in-loop. */
@ExtendWith(LogWatch.class)
class AssociationTest {

  private final List<Channel> clients = new ArrayList<>();
  private PipePair pair;

  @AfterEach
  void nothingIsLeft() {
    clients.forEach(Channel::close);
    pair.end();
  }

  private ChannelFuture bind() {
    return pair.world.server(pair::accept)
        .handler(new ChannelInboundHandlerAdapter() {
          @Override
          public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            pair.acceptErrors.add(cause);
          }
        })
        .option(NamedPipeChannelOption.PIPE_PENDING_INSTANCES, 1)
        .bind(NamedPipeAddress.of(PipePair.NAME));
  }

  private void listen(SimulatedWorld.Drivers drivers) {
    pair = new PipePair(15, drivers);
    listenAgain();
    assertTrue(pair.server.isActive());
  }

  private ChannelFuture connect() {
    ChannelFuture connect = pair.world.client(new Recorder()).connect(NamedPipeAddress.of(PipePair.NAME));
    clients.add(connect.channel());
    return connect;
  }

  private void connected() {
    ChannelFuture connect = connect();
    pair.world.settle(200);
    assertTrue(connect.isSuccess(), String.valueOf(connect.cause()));
  }

  private int instances() {
    return pair.world.kernel.instances(PipePair.PATH);
  }

  @Test
  void aHandleThatCannotBeAssociatedIsToldAndReplaced() {
    listen(SimulatedWorld.Drivers.SHARED);
    ChannelFuture connect = connect();
    long stranger = pair.openAsStranger();
    pair.world.kernel.whims.failNextAssociate(PipeErrors.NO_SYSTEM_RESOURCES);
    pair.world.settle(200);
    assertEquals(1, pair.acceptErrors.size());
    assertTrue(connect.isSuccess(), String.valueOf(connect.cause()));
    connected();
    pair.world.kernel.close(stranger);
  }

  @Test
  void aPortThatHasNoMemoryLeftFailsTheBindAndLeavesNoInstance() {
    pair = new PipePair(15, SimulatedWorld.Drivers.SHARED);
    pair.world.kernel.whims.associateFailure = new OutOfMemoryError("of a test");
    ChannelFuture bound = bind();
    pair.world.settle();
    assertInstanceOf(OutOfMemoryError.class, bound.cause());
    assertEquals(0, instances());
  }

  @Test
  void aClientIsHandedOverThoughThereIsNoMemoryForTheNextInstance() {
    listen(SimulatedWorld.Drivers.SHARED);
    long stranger = pair.openAsStranger();
    pair.world.kernel.whims.associateFailure = new OutOfMemoryError("of a test");
    pair.world.settle();
    assertEquals(1, pair.children.size());
    assertInstanceOf(OutOfMemoryError.class, pair.acceptErrors.get(0).getCause());
    pair.world.kernel.whims.associateFailure = null;
    pair.world.settle(200);
    connected();
    pair.world.kernel.close(stranger);
  }

  @ParameterizedTest
  @EnumSource
  void aClientForWhichThereIsNoMemoryIsTold(SimulatedWorld.Drivers drivers) {
    listen(drivers);
    ChannelFuture connect = connect();
    pair.world.kernel.whims.associateFailure = new OutOfMemoryError("of a test");
    pair.world.settle();
    assertInstanceOf(OutOfMemoryError.class, connect.cause());
    assertFalse(connect.channel().isOpen());
    pair.world.kernel.whims.associateFailure = null;
    pair.world.settle(200);
    connected();
    LogWatch.take();
  }

  @Test
  void anAcceptedClientThatItsLoopCannotAssociateIsClosedAndTheListenerGoesOn() {
    listen(SimulatedWorld.Drivers.IN_LOOP);
    long stranger = pair.openAsStranger();
    pair.world.kernel.whims.failNextAssociate(PipeErrors.NO_SYSTEM_RESOURCES);
    pair.world.settle(200);
    assertEquals(0, pair.children.size());
    assertEquals(1, instances());
    assertEquals(0, pair.server.acceptCounts().connections());
    connected();
    pair.world.kernel.close(stranger);
    LogWatch.take();
  }

  @Test
  void anEventThatCannotBeHadFailsTheBindAndLeavesNoInstance() {
    pair = new PipePair(15, SimulatedWorld.Drivers.IN_LOOP);
    pair.world.kernel.whims.failNextEvent(PipeErrors.NO_SYSTEM_RESOURCES);
    ChannelFuture bound = bind();
    pair.world.settle();
    assertEquals(PipeErrors.NO_SYSTEM_RESOURCES, ((NamedPipeException) bound.cause()).errorCode());
    assertEquals(0, instances());
    listenAgain();
    connected();
  }

  @ParameterizedTest
  @EnumSource
  void anAdoptedHandleThatCannotBeAssociatedIsClosedAndItsPeerKeepsWhatWasWritten(SimulatedWorld.Drivers drivers) {
    pair = new PipePair(15, drivers);
    PipeInstanceSpec spec = new PipeInstanceSpec(PipePair.PATH, 1, 512, 512, false, true, null);
    long handle = pair.world.kernel.createInstance(spec, true);
    long stranger = pair.openAsStranger();
    pair.world.kernel.adoption.facts = new AdoptionKernel.Facts(PipeErrors.SUCCESS, true, false, 3, PipePair.PATH);
    Future<NamedPipeChannel> adopted = new HandleAdoption(pair.world.io).adopt(handle, pair.world.clientLoop);
    pair.world.settle();
    pair.world.kernel.whims.failNextAssociate(PipeErrors.NO_SYSTEM_RESOURCES);
    EventLoopGroup loop = pair.world.clientLoop;
    ChannelFuture registered = loop.register(adopted.getNow());
    pair.world.settle();
    assertInstanceOf(NamedPipeException.class, registered.cause());
    assertEquals(PipeErrors.BROKEN_PIPE, pair.world.kernel.clientState(stranger), "it is closed, not disconnected");
    pair.world.kernel.close(stranger);
    assertEquals(0, instances());
  }

  private void listenAgain() {
    ChannelFuture bound = bind();
    pair.world.settle();
    pair.server = (NamedPipeServerChannel) bound.channel();
  }
}
