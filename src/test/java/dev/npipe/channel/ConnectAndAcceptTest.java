// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeInstanceSpec;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ways in: what a client meets, and what it asks for. The kernel enforces here what Wine does not. */
@ParameterizedClass
@EnumSource
class ConnectAndAcceptTest {

  ConnectAndAcceptTest(SimulatedWorld.Drivers drivers) {
    world = new SimulatedWorld(7, drivers);
  }

  private static final String PATH = "\\\\.\\pipe\\ways-in";

  private final SimulatedWorld world;
  private final List<NamedPipeChannel> accepted = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() {
    world.settle(6_000);
    assertEquals("", world.leftovers());
  }

  private NamedPipeServerChannel listen() {
    return world.listen(PATH, null, this::accept);
  }

  private ChannelFuture connect() {
    ChannelFuture connect = world.client(new Recorder()).connect(NamedPipeAddress.of(PATH));
    world.settle();
    return connect;
  }

  private void closeAll(Channel... channels) {
    SimulatedWorld.closeAll(List.of(channels));
    SimulatedWorld.closeAll(accepted);
    world.settle();
  }

  @Test
  void aMissingServerFailsAtOnce() {
    ChannelFuture connect = connect();
    NamedPipeException failure = assertInstanceOf(NamedPipeException.class, connect.cause());
    assertEquals(PipeErrors.FILE_NOT_FOUND, failure.errorCode());
    assertInstanceOf(ConnectException.class, failure.getCause());
    assertFalse(connect.channel().isOpen());
  }

  @Test
  void aBusyServerIsTriedUntilTheConnectTimeout() {
    NamedPipeServerChannel server = busyServer();
    NamedPipeChannel first = (NamedPipeChannel) connect().channel();
    ChannelFuture second = world.client(new Recorder()).option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 300)
        .connect(NamedPipeAddress.of(PATH));
    world.settle(200);
    assertFalse(second.isDone());
    world.settle(200);
    assertEquals(PipeErrors.PIPE_BUSY, assertInstanceOf(NamedPipeException.class, second.cause()).errorCode());
    assertInstanceOf(ConnectException.class, second.cause().getCause());
    closeAll(first, server);
  }

  @Test
  void aBusyServerLetsTheNextClientInWhenOneLeaves() {
    NamedPipeServerChannel server = busyServer();
    NamedPipeChannel first = (NamedPipeChannel) connect().channel();
    ChannelFuture second = connect();
    assertFalse(second.isDone());
    first.close();
    world.settle(200);
    assertTrue(second.isSuccess());
    closeAll(second.channel(), server);
  }

  @Test
  void aBusyServerThatClosesIsNotWaitedForUntilTheConnectTimeout() {
    NamedPipeServerChannel server = busyServer();
    NamedPipeChannel first = (NamedPipeChannel) connect().channel();
    ChannelFuture second = connect();
    closeAll(first, server);
    assertFalse(second.isDone());
    // The wait in the kernel ends by its time only.
    world.kernel.whims.waitTimeoutPercent = 50;
    world.settle(2_000);
    assertEquals(PipeErrors.FILE_NOT_FOUND,
        assertInstanceOf(NamedPipeException.class, second.cause()).errorCode());
  }

  private NamedPipeServerChannel busyServer() {
    ChannelFuture bound = world.server(this::accept).option(NamedPipeChannelOption.PIPE_MAX_INSTANCES, 1)
        .bind(NamedPipeAddress.of(PATH));
    world.settle();
    assertTrue(bound.isSuccess());
    return (NamedPipeServerChannel) bound.channel();
  }

  private void accept(NamedPipeChannel child) {
    accepted.add(child);
    child.pipeline().addLast(new Recorder());
  }

  @Test
  void aCancelledConnectClosesWithoutATrace() {
    NamedPipeServerChannel server = busyServer();
    NamedPipeChannel first = (NamedPipeChannel) connect().channel();
    ChannelFuture second = connect();
    assertTrue(second.cancel(false));
    world.settle(100);
    assertFalse(second.channel().isOpen());
    closeAll(first, server);
  }

  @Test
  void aRefusingDescriptorFailsTheConnect() {
    NamedPipeServerChannel server = listen();
    world.kernel.clientIs = Set.of("S-1-5-21-1-2-3-1002", "AU", "WD");
    NamedPipeException failure = assertInstanceOf(NamedPipeException.class, connect().cause());
    assertEquals(PipeErrors.ACCESS_DENIED, failure.errorCode());
    closeAll(server);
  }

  @Test
  void aSecondServerDoesNotGetTheName() {
    NamedPipeServerChannel server = listen();
    ChannelFuture bound = world.server(this::accept).bind(NamedPipeAddress.of("WAYS-IN"));
    world.settle();
    assertEquals(PipeErrors.ACCESS_DENIED, assertInstanceOf(NamedPipeException.class, bound.cause()).errorCode());
    closeAll(server);
  }

  @Test
  void whatIsAskedOfTheSystemIsTheSafeSide() {
    NamedPipeServerChannel server = listen();
    PipeInstanceSpec spec = world.kernel.lastSpec;
    assertTrue(spec.rejectRemoteClients());
    assertEquals("O:S-1-5-21-1-2-3-1001D:P(A;;GA;;;S-1-5-21-1-2-3-1001)(A;;GA;;;SY)", spec.securityDescriptor());
    ChannelFuture client = connect();
    assertEquals(ImpersonationLevel.IDENTIFICATION.ordinal(), world.kernel.lastImpersonationLevel);
    closeAll(client.channel(), server);
  }

  @ParameterizedTest
  @EnumSource
  void whatTheServerMayDoInTheClientsNameIsWhatTheOptionSays(ImpersonationLevel level) {
    NamedPipeServerChannel server = listen();
    ChannelFuture client = world.client(new Recorder())
        .option(NamedPipeChannelOption.PIPE_IMPERSONATION_LEVEL, level).connect(NamedPipeAddress.of("ways-in"));
    world.settle();
    assertTrue(client.isSuccess());
    assertEquals(level.ordinal(), world.kernel.lastImpersonationLevel);
    closeAll(client.channel(), server);
  }

  @Test
  void theNextInstanceExistsBeforeAConnectedOneIsHandedOver() {
    List<Integer> instancesAtHandOver = new ArrayList<>();
    NamedPipeServerChannel server = world.listen(PATH, null, child -> {
      accepted.add(child);
      instancesAtHandOver.add(world.kernel.instances(PATH));
    });
    int pending = server.config().getPendingInstances();
    List<Channel> clients = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      clients.add(connect().channel());
    }
    for (int i = 0; i < 5; i++) {
      assertTrue(instancesAtHandOver.get(i) >= pending + i + 1, "the name was left to " + instancesAtHandOver);
    }
    clients.add(server);
    closeAll(clients.toArray(new Channel[0]));
  }

  @Test
  void aClientThatLeavesBeforeItIsAcceptedIsReplacedWithoutAWord() {
    List<Long> quick = new ArrayList<>();
    world.kernel.whims.beforeNextConnect(() -> {
      quick.add(world.kernel.open(PATH, 3, 1));
      world.kernel.close(quick.get(0));
    });
    NamedPipeServerChannel server = listen();
    world.settle(200);
    assertEquals(0, accepted.size());
    assertEquals(server.config().getPendingInstances(), world.kernel.instances(PATH));
    ChannelFuture client = connect();
    assertTrue(client.isSuccess());
    closeAll(client.channel(), server);
  }

  @Test
  void aMalformedDescriptorFailsTheBind() {
    ChannelFuture bound = world.server(this::accept)
        .option(NamedPipeChannelOption.PIPE_SECURITY, PipeSecurity.sddl("nonsense")).bind(NamedPipeAddress.of(PATH));
    world.settle();
    assertInstanceOf(NamedPipeException.class, bound.cause());
    assertFalse(bound.channel().isOpen());
  }
}
