// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.PipeInstanceSpec;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import java.net.BindException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Who gets a name, and when: it is free when both ends of all its instances are closed. */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class NamesTest {

  private final PipePair pair;

  NamesTest(SimulatedWorld.Drivers drivers) {
    pair = new PipePair(17, drivers);
  }

  @AfterEach
  void nothingIsLeft() {
    pair.end();
  }

  private ChannelFuture bind() {
    ChannelFuture bound = pair.world.server(pair::accept).bind(NamedPipeAddress.of("PAIR"));
    pair.server = (NamedPipeServerChannel) bound.channel();
    pair.world.settle();
    return bound;
  }

  /** A listener that has ended, while a client has not closed its end. */
  private long leaveToAStranger() {
    pair.listen();
    long stranger = pair.openAsStranger();
    pair.world.settle();
    pair.server.close();
    pair.child().channel.close();
    pair.world.settle();
    return stranger;
  }

  @Test
  void aNameThatAClientOfTheListenerBeforeStillHoldsIsWaitedFor() {
    long stranger = leaveToAStranger();
    ChannelFuture bound = bind();
    pair.world.settle(500);
    assertFalse(bound.isDone());
    pair.world.kernel.close(stranger);
    pair.world.settle(50);
    assertTrue(bound.isSuccess(), String.valueOf(bound.cause()));
    assertEquals("\\\\.\\pipe\\PAIR", pair.server.localAddress().path());
  }

  @Test
  void aNameThatIsHeldForLongIsTaken() {
    long stranger = leaveToAStranger();
    ChannelFuture bound = bind();
    pair.world.settle(2_500);
    assertInstanceOf(BindException.class, bound.cause().getCause());
    pair.world.kernel.close(stranger);
  }

  @Test
  void aNameThatThisProcessDidNotHaveIsTakenAtOnce() {
    PipeInstanceSpec spec = new PipeInstanceSpec(PipePair.PATH, 255, 512, 512, false, true, null);
    long another = pair.world.kernel.createInstance(spec, true);
    ChannelFuture bound = bind();
    assertInstanceOf(BindException.class, bound.cause().getCause());
    pair.world.kernel.close(another);
  }

  @Test
  void whoClosesWhileTheNameIsWaitedForIsNotKeptWaiting() {
    long stranger = leaveToAStranger();
    ChannelFuture bound = bind();
    pair.server.close();
    pair.world.settle(50);
    assertTrue(bound.isDone());
    assertFalse(bound.isSuccess());
    pair.world.kernel.close(stranger);
  }

  @Test
  void whoseEventLoopEndsWhileTheNameIsWaitedForIsTold() {
    long stranger = leaveToAStranger();
    ChannelFuture bound = bind();
    assertFalse(bound.isDone());
    pair.world.terminate(pair.world.serverLoop);
    assertTrue(bound.isDone(), "nobody was told");
    assertInstanceOf(BindException.class, bound.cause().getCause());
    pair.world.kernel.close(stranger);
  }

  @Test
  void aPromiseThatWasCancelledBindsNothing() {
    pair.server = (NamedPipeServerChannel) pair.world.server(pair::accept).register().channel();
    pair.world.settle();
    ChannelPromise promise = pair.server.newPromise();
    promise.cancel(false);
    pair.server.bind(NamedPipeAddress.of(PipePair.NAME), promise);
    pair.world.settle();
    assertFalse(pair.server.isActive());
  }
}
