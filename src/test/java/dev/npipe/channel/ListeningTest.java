// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.PipeErrors;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a listener goes on doing, whatever happens to its clients. */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class ListeningTest {

  private final PipePair pair;
  private final List<NamedPipeChannel> clients = new ArrayList<>();

  ListeningTest(SimulatedWorld.Drivers drivers) {
    pair = new PipePair(13, drivers);
  }

  @AfterEach
  void nothingIsLeft() {
    clients.forEach(NamedPipeChannel::close);
    pair.end();
  }

  private void listen(int maxInstances, int pendingInstances) {
    ChannelFuture bound = pair.world.server(pair::accept)
        .handler(new ChannelInboundHandlerAdapter() {
          @Override
          public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            pair.acceptErrors.add(cause);
          }
        })
        .option(NamedPipeChannelOption.PIPE_MAX_INSTANCES, maxInstances)
        .option(NamedPipeChannelOption.PIPE_PENDING_INSTANCES, pendingInstances)
        .bind(NamedPipeAddress.of(PipePair.NAME));
    pair.world.settle();
    assertTrue(bound.isSuccess());
    pair.server = (NamedPipeServerChannel) bound.channel();
  }

  private NamedPipeChannel connect() {
    NamedPipeChannel client = pair.connect();
    clients.add(client);
    return client;
  }

  private int instances() {
    return pair.world.kernel.instances(PipePair.PATH);
  }

  @Test
  void roomThatIsMadeWhileTheLimitIsBeingHitIsUsed() {
    listen(2, 1);
    connect();
    Recorder first = pair.child();
    // As the child's loop would in its own thread: between the refusal and its consequences.
    pair.world.kernel.whims.afterNextRefusal(() -> {
      first.channel.close();
      pair.world.childLoop.runNow();
    });
    connect();
    pair.world.settle(1_000);
    assertFalse(first.channel.isOpen());
    assertEquals(2, instances(), "the name has no instance for the next client");
    connect();
    assertEquals(3, pair.children.size());
  }

  @Test
  void aChildThatCannotBeBuiltIsToldAndItsRoomUsed() {
    listen(1, 1);
    long stranger = openAsStranger();
    pair.world.kernel.whims.peerProcessFailure = new IllegalStateException("of a test");
    pair.world.settle();
    pair.world.kernel.whims.peerProcessFailure = null;
    assertEquals(1, pair.acceptErrors.size());
    pair.world.settle(1_000);
    assertEquals(1, instances(), "the name has no instance for the next client");
    connect();
    pair.world.kernel.close(stranger);
  }

  private long openAsStranger() {
    pair.world.kernel.mayBlock = true;
    long stranger = pair.world.kernel.open(PipePair.PATH, 3, 1);
    pair.world.kernel.mayBlock = false;
    return stranger;
  }

  @Test
  void anErrorThatStaysIsToldOnceAndTriedAgainUntilItGoes() {
    listen(255, 2);
    for (int i = 0; i < 5; i++) {
      pair.world.kernel.whims.failNextCreate(PipeErrors.NO_SYSTEM_RESOURCES);
      if (i == 0) {
        connect();
      }
      pair.world.settle(50);
    }
    assertEquals(1, pair.acceptErrors.size());
    assertEquals("accept", assertInstanceOf(NamedPipeException.class, pair.acceptErrors.get(0)).operation());
    pair.world.settle(1_000);
    assertEquals(3, instances(), "two that wait and one that serves");
  }

  @Test
  void clientsThatComeTogetherAreHandedOverTogether() {
    listen(255, 4);
    List<String> events = new ArrayList<>();
    pair.server.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object message) {
        events.add("read");
        context.fireChannelRead(message);
      }

      @Override
      public void channelReadComplete(ChannelHandlerContext context) {
        events.add("complete");
        context.fireChannelReadComplete();
      }
    });
    pair.server.config().setAutoRead(false);
    for (int i = 0; i < 4; i++) {
      connect();
    }
    pair.server.config().setAutoRead(true);
    pair.world.settle();
    assertEquals(List.of("read", "read", "read", "read", "complete"), events);
  }

  @Test
  void withAutoReadOffClientsWaitUntilTheyAreAskedFor() {
    listen(255, 3);
    pair.server.config().setAutoRead(false);
    pair.world.settle();
    for (int i = 0; i < 3; i++) {
      connect();
      assertEquals(i, pair.children.size());
      pair.server.read();
      pair.world.settle();
      assertEquals(i + 1, pair.children.size());
    }
  }

  @Test
  void closingCutsOffThoseThatWereNotHandedOverAndNoOthers() {
    listen(255, 2);
    NamedPipeChannel served = connect();
    pair.server.config().setAutoRead(false);
    pair.world.settle();
    NamedPipeChannel waiting = connect();
    ChannelFuture closed = pair.server.close();
    pair.world.settle();
    assertTrue(closed.isSuccess());
    assertEquals(CloseReason.PEER_CLOSED, waiting.closeReason());
    pair.send(served, "still here");
    assertEquals("still here", pair.child().text());
    assertEquals(1, instances());
  }

  @Test
  void aListenerClosedByItsExceptionHandlerLeavesNothingBehind() {
    listen(255, 1);
    pair.server.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
      @Override
      public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
      }
    });
    pair.world.kernel.whims.failNextCreate(PipeErrors.NO_SYSTEM_RESOURCES);
    connect();
    pair.world.settle();
    assertFalse(pair.server.isOpen());
  }

  @Test
  void aBindThatFailsLeavesNoInstance() {
    listen(255, 1);
    ChannelFuture second = pair.world.server(pair::accept).bind(NamedPipeAddress.of(PipePair.NAME));
    ChannelFuture remote = pair.world.server(pair::accept).bind(NamedPipeAddress.of("\\\\other\\pipe\\name"));
    pair.world.settle();
    assertEquals(PipeErrors.ACCESS_DENIED, ((NamedPipeException) second.cause()).errorCode());
    assertInstanceOf(IllegalArgumentException.class, remote.cause());
    assertEquals(1, instances());
  }

  @Test
  void aListenerThatNeedNotBeTheFirstJoinsANameThatIsHeldAndGetsClients() {
    listen(255, 1);
    PipePair joining = new PipePair(pair.world);
    ChannelFuture bound = pair.world.server(joining::accept)
        .option(NamedPipeChannelOption.PIPE_PENDING_INSTANCES, 1)
        .option(NamedPipeChannelOption.PIPE_FIRST_INSTANCE, false)
        .bind(NamedPipeAddress.of(PipePair.NAME));
    pair.world.settle();
    assertTrue(bound.isSuccess(), () -> "refused: " + bound.cause());
    joining.server = (NamedPipeServerChannel) bound.channel();
    assertEquals(2, instances());
    connect();
    NamedPipeChannel second = connect();
    assertEquals(1, pair.children.size());
    assertEquals(1, joining.children.size());
    pair.send(second, "to whoever shares the name");
    assertEquals("to whoever shares the name", joining.child().text());
    // Those who must be the first are refused, as ever.
    ChannelFuture third = pair.world.server(pair::accept).bind(NamedPipeAddress.of(PipePair.NAME));
    pair.world.settle();
    assertEquals(PipeErrors.ACCESS_DENIED, ((NamedPipeException) third.cause()).errorCode());
    clients.forEach(NamedPipeChannel::close);
    joining.server.close();
    pair.world.settle();
  }

  @Test
  void aDescriptorThatRefusesTheServerItsSecondInstanceFailsTheBind() {
    pair.world.kernel.whims.failCreateAfter(1, PipeErrors.ACCESS_DENIED);
    ChannelFuture bound = pair.world.server(pair::accept)
        .option(NamedPipeChannelOption.PIPE_PENDING_INSTANCES, 2).bind(NamedPipeAddress.of(PipePair.NAME));
    pair.world.settle();
    assertEquals(PipeErrors.ACCESS_DENIED, ((NamedPipeException) bound.cause()).errorCode());
    assertTrue(bound.cause().getMessage().contains("adding instances"), bound.cause().getMessage());
    assertFalse(bound.channel().isActive());
    assertEquals(0, instances());
    listen(255, 2);
    assertEquals(List.of(), pair.acceptErrors);
  }

  @Test
  void anInstanceCountsUntilItsClientHasClosedTooAndItsRoomIsUsedThen() {
    listen(1, 1);
    long stranger = openAsStranger();
    pair.world.settle();
    pair.child().channel.close();
    pair.world.settle(2_000);
    assertEquals(1, instances());
    ChannelFuture refused = pair.world.client(new Recorder()).connect(NamedPipeAddress.of(PipePair.NAME));
    pair.world.settle();
    assertFalse(refused.isDone(), "all instances are taken");
    pair.world.kernel.close(stranger);
    pair.world.settle(2_000);
    assertTrue(refused.isSuccess());
    clients.add((NamedPipeChannel) refused.channel());
  }

  @Test
  void aClientOfAnotherMachineIsTurnedAwayUnlessItIsLetIn() {
    listen(255, 1);
    NamedPipeAddress remote = NamedPipeAddress.of("\\\\other\\pipe\\pair");
    ChannelFuture refused = pair.world.client(new Recorder()).connect(remote);
    pair.world.settle();
    assertEquals(PipeErrors.ACCESS_DENIED, ((NamedPipeException) refused.cause()).errorCode());
    pair.server.config().setRejectRemoteClients(false);
    pair.server.close();
    pair.world.settle();
    ChannelFuture bound = pair.world.server(pair::accept)
        .option(NamedPipeChannelOption.PIPE_REJECT_REMOTE_CLIENTS, false).bind(NamedPipeAddress.of(PipePair.NAME));
    pair.world.settle();
    pair.server = (NamedPipeServerChannel) bound.channel();
    ChannelFuture allowed = pair.world.client(new Recorder()).connect(remote);
    pair.world.settle();
    assertTrue(allowed.isSuccess());
    clients.add((NamedPipeChannel) allowed.channel());
  }
}
