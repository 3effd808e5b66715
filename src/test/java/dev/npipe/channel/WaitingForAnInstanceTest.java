// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.PipeErrors;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that cannot connect yet waits without a thread and without a spin, or does not wait. */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class WaitingForAnInstanceTest {

  private static final String NAME = "busy";

  private final SimulatedWorld world;
  private final List<ChannelFuture> connects = new ArrayList<>();
  private NamedPipeServerChannel server;

  WaitingForAnInstanceTest(SimulatedWorld.Drivers drivers) {
    world = new SimulatedWorld(41, drivers);
  }

  @BeforeEach
  void noWhims() {
    world.kernel.whims.latePercent = 0;
  }

  private void listen() {
    ChannelFuture bound = world.server(child -> { })
        .option(NamedPipeChannelOption.PIPE_MAX_INSTANCES, 1)
        .option(NamedPipeChannelOption.PIPE_PENDING_INSTANCES, 1)
        .bind(NamedPipeAddress.of(NAME));
    world.settle();
    assertTrue(bound.isSuccess());
    server = (NamedPipeServerChannel) bound.channel();
  }

  private Bootstrap client() {
    return world.client(new ChannelInitializer<NamedPipeChannel>() {
      @Override
      protected void initChannel(NamedPipeChannel channel) {
        // Nothing is exchanged.
      }
    });
  }

  private ChannelFuture connect(Bootstrap bootstrap) {
    ChannelFuture connect = bootstrap.connect(NamedPipeAddress.of(NAME));
    connects.add(connect);
    world.settle();
    return connect;
  }

  private ChannelFuture connect() {
    return connect(client());
  }

  @AfterEach
  void nothingIsLeft() {
    connects.forEach(connect -> connect.channel().close());
    if (server != null) {
      server.close();
    }
    world.settle(6_000);
    assertEquals("", world.leftovers());
  }

  private static int errorOf(ChannelFuture failed) {
    NamedPipeException failure = assertInstanceOf(NamedPipeException.class, failed.cause());
    assertInstanceOf(ConnectException.class, failure.getCause());
    return failure.errorCode();
  }

  @Test
  void theKernelSaysWhenABusyPipeIsWorthAnotherTry() {
    listen();
    ChannelFuture first = connect();
    ChannelFuture second = connect();
    assertFalse(second.isDone());
    assertEquals(1, world.kernel.waits);
    first.channel().close();
    // No time passes: it is not the timer that tries again.
    world.settle();
    assertTrue(second.isSuccess());
    assertEquals(1, world.kernel.waits);
  }

  @Test
  @SuppressWarnings("deprecation") // EventLoop.register is how a channel gets to its next loop
  void aWaitThatLeavesItsEventLoopGoesOnAtTheNext() {
    listen();
    ChannelFuture first = connect();
    ChannelFuture second = connect();
    second.channel().deregister();
    world.settle();
    world.serverLoop.register(second.channel());
    world.settle();
    assertFalse(second.isDone());
    // With what it was to do for the second.
    world.terminate(world.clientLoop);
    first.channel().close();
    // Netty says that the loop of the first takes no more tasks.
    LogWatch.take();
    world.settle(1_000);
    assertTrue(second.isSuccess(), String.valueOf(second.cause()));
    assertTrue(second.channel().isActive());
  }

  @Test
  void whereTheKernelAnswersWronglyATimerTriesAgain() {
    world.kernel.whims.waitAnswer = PipeErrors.FILE_NOT_FOUND;
    listen();
    ChannelFuture first = connect();
    ChannelFuture second = connect();
    world.settle(300);
    assertFalse(second.isDone());
    assertEquals(1, world.kernel.waits, "asked once, and not again");
    first.channel().close();
    world.settle();
    world.settle(60);
    assertTrue(second.isSuccess());
  }

  @Test
  void aLostRaceIsNoSpin() {
    listen();
    connect();
    for (int i = 0; i < 5; i++) {
      connect();
    }
    int submitted = world.kernel.submitted;
    for (int i = 0; i < 5; i++) {
      connects.stream().filter(ChannelFuture::isSuccess).forEach(connected -> connected.channel().close());
      world.settle(1_000);
      assertEquals(i + 2, connects.stream().filter(ChannelFuture::isSuccess).count());
    }
    assertTrue(connects.stream().allMatch(ChannelFuture::isSuccess));
    assertTrue(world.kernel.submitted - submitted < 100, "submissions: " + (world.kernel.submitted - submitted));
  }

  @Test
  void aWaitThatIsOverIsBegunAgainUntilTheConnectTimeout() {
    listen();
    connect();
    ChannelFuture second = connect(client().option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 1_000));
    world.kernel.whims.waitTimeoutPercent = 100;
    for (int i = 0; i < 500; i++) {
      world.step();
    }
    world.kernel.whims.waitTimeoutPercent = 0;
    assertTrue(world.kernel.waits > 2, "waits: " + world.kernel.waits);
    world.settle(1_500);
    assertEquals(PipeErrors.PIPE_BUSY, errorOf(second));
  }

  @Test
  void whoIsNotToWaitForABusyPipeFailsAtOnce() {
    listen();
    connect();
    ChannelFuture second = connect(client().option(NamedPipeChannelOption.PIPE_WHEN_BUSY, WaitPolicy.FAIL_FAST));
    assertEquals(PipeErrors.PIPE_BUSY, errorOf(second));
    assertEquals(0, world.kernel.waits);
  }

  @Test
  void whoIsToWaitForAMissingPipeFindsItWhenItComes() {
    ChannelFuture early = connect(client().option(NamedPipeChannelOption.PIPE_WHEN_MISSING, WaitPolicy.WAIT));
    world.settle(2_000);
    assertFalse(early.isDone());
    listen();
    world.settle(200);
    assertTrue(early.isSuccess());
  }

  @Test
  void aMissingPipeIsWaitedForUntilTheConnectTimeout() {
    ChannelFuture early = connect(client()
        .option(NamedPipeChannelOption.PIPE_WHEN_MISSING, WaitPolicy.WAIT)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 500));
    world.settle(600);
    assertEquals(PipeErrors.FILE_NOT_FOUND, errorOf(early));
  }

  @Test
  void aConnectThatIsCancelledWhileItWaitsLeavesNothing() {
    listen();
    connect();
    ChannelFuture second = connect();
    assertTrue(second.cancel(false));
    world.settle();
    assertFalse(second.channel().isOpen());
    ChannelFuture third = connect();
    third.channel().close();
    world.settle();
    assertTrue(third.isDone());
  }

  @Test
  void anEventLoopThatEndsWhileAConnectWaitsLeavesNothing() {
    listen();
    connect();
    connect();
    world.terminate(world.clientLoop);
    // Not all loops close their channels when they end; who does it later is told by Netty that it cannot tell.
    connects.forEach(connect -> connect.channel().close());
    connects.clear();
    LogWatch.take();
    world.settle();
  }

  @Test
  void aPipeOnAnotherMachineIsNotWaitedForInTheKernel() {
    ChannelFuture bound = world.server(child -> { })
        .option(NamedPipeChannelOption.PIPE_MAX_INSTANCES, 1)
        .option(NamedPipeChannelOption.PIPE_REJECT_REMOTE_CLIENTS, false)
        .bind(NamedPipeAddress.of(NAME));
    world.settle();
    server = (NamedPipeServerChannel) bound.channel();
    ChannelFuture first = connect();
    ChannelFuture remote = client().connect(NamedPipeAddress.of("\\\\elsewhere\\pipe\\" + NAME));
    connects.add(remote);
    world.settle();
    assertFalse(remote.isDone());
    assertEquals(0, world.kernel.waits);
    first.channel().close();
    world.settle(60);
    assertTrue(remote.isSuccess());
  }
}
