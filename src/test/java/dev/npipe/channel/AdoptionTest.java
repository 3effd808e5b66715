// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.AdoptionKernel;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeKernel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Handles that somebody else has opened are taken as they are. Overlapped ones: BlockingIoTest has the others. */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class AdoptionTest {

  private static final int BOTH = PipeKernel.ACCESS_READ | PipeKernel.ACCESS_WRITE;

  private final PipePair pair;
  private final Recorder recorder = new Recorder();
  private NamedPipeChannel server;
  private Recorder fromServer;
  private long client;
  private boolean clientIsOurs = true;

  AdoptionTest(SimulatedWorld.Drivers drivers) {
    pair = new PipePair(51, drivers);
  }

  @AfterEach
  void nothingIsLeft() {
    if (recorder.channel != null) {
      recorder.channel.close();
    }
    if (clientIsOurs) {
      pair.world.kernel.close(client);
    }
    pair.end();
  }

  /** A server of this library, and a client's end that is nobody's yet. */
  private void open(boolean messages) {
    pair.world.messages = messages;
    pair.listen();
    client = pair.openAsStranger();
    pair.world.settle();
    fromServer = pair.child();
    server = fromServer.channel;
  }

  private static AdoptionKernel.Facts facts(int access, boolean readsMessages) {
    return new AdoptionKernel.Facts(PipeErrors.SUCCESS, false, false, access, readsMessages, PipePair.PATH);
  }

  private Future<NamedPipeChannel> adopt(AdoptionKernel.Facts facts, boolean messages) {
    pair.world.kernel.adoption.facts = facts;
    Future<NamedPipeChannel> adopted =
        new HandleAdoption(pair.world.io).adopt(client, messages, pair.world.clientLoop);
    pair.world.settle();
    return adopted;
  }

  private NamedPipeChannel adopted(AdoptionKernel.Facts facts, boolean messages) {
    NamedPipeChannel channel = adopt(facts, messages).getNow();
    clientIsOurs = false;
    channel.config().setAllocator(pair.world.allocator);
    channel.pipeline().addLast(recorder);
    EventLoopGroup loop = pair.world.clientLoop;
    loop.register(channel);
    pair.world.settle();
    return channel;
  }

  @Test
  void anEndThatOnlyWritesClosesWhenItsReaderHasGone() {
    open(false);
    NamedPipeChannel writer = adopted(facts(PipeKernel.ACCESS_WRITE, false), false);
    assertTrue(pair.send(writer, "read").isSuccess());
    server.close();
    pair.world.settle();
    assertTrue(writer.isActive(), "it cannot know yet");
    ChannelFuture failed = pair.send(writer, "nobody reads this");
    assertEquals(PipeErrors.NO_DATA, assertInstanceOf(NamedPipeException.class, failed.cause()).errorCode());
    assertTrue(writer.closeFuture().isDone());
    assertEquals(CloseReason.PEER_CLOSED, writer.closeReason());
    assertTrue(recorder.events.contains("inactive"));
  }

  @Test
  void anEndThatReadsMessagesCarriesThemWholeThoughOneWaitedBefore() {
    open(true);
    String much = "much ".repeat(1_000);
    pair.send(server, much);
    pair.world.kernel.mayBlock = true;
    assertEquals(PipeErrors.SUCCESS, pair.world.kernel.readMessages(client));
    pair.world.kernel.mayBlock = false;
    NamedPipeChannel channel = adopted(facts(BOTH, true), false);
    assertTrue(channel.isMessageMode());
    pair.send(server, "short");
    channel.write(PipePair.bytes("one"));
    pair.send(channel, "two");
    assertEquals(List.of(much, "short"), recorder.messages);
    assertEquals(List.of("one", "two"), fromServer.messages);
  }

  @Test
  void anEndThatReadsBytesOfAPipeOfMessagesIsSwitchedForWhoWantsMessages() {
    open(true);
    NamedPipeChannel channel = adopted(facts(BOTH, false), true);
    assertTrue(channel.isMessageMode());
    pair.send(server, "one");
    pair.send(server, "two");
    assertEquals(List.of("one", "two"), recorder.messages);
  }

  @Test
  void messagesOfAPipeOfBytesAreRefusedAndTheHandleStaysWithTheCaller() {
    open(false);
    Future<NamedPipeChannel> refused = adopt(facts(BOTH, false), true);
    NamedPipeException refusal = assertInstanceOf(NamedPipeException.class, refused.cause());
    assertEquals(PipeErrors.INVALID_PARAMETER, refusal.errorCode());
    assertTrue(refusal.getMessage().contains("byte mode"), refusal.getMessage());
    assertTrue(server.isActive());
  }

  @Test
  void aPieceOfAMessageThatIsThereAtOnceIsNotLostWhenTheModeIsSwitchedBehindOurBack() {
    open(true);
    NamedPipeChannel channel = adopted(facts(BOTH, false), false);
    assertFalse(channel.isMessageMode());
    channel.config().setAutoRead(false);
    pair.world.settle();
    pair.send(server, "taken by the read under way");
    pair.world.kernel.mayBlock = true;
    pair.world.kernel.readMessages(client);
    pair.world.kernel.mayBlock = false;
    String much = "much ".repeat(1_000);
    pair.send(server, much);
    channel.config().setAutoRead(true);
    pair.world.settle();
    assertEquals("taken by the read under way" + much, recorder.text());
  }

  @Test
  void anEndThatCannotBeMadeToWaitIsRefusedAndStaysWithTheCaller() {
    open(false);
    pair.world.kernel.adoption.switchFailure = PipeErrors.ACCESS_DENIED;
    Future<NamedPipeChannel> refused = adopt(facts(BOTH, false), false);
    NamedPipeException refusal = assertInstanceOf(NamedPipeException.class, refused.cause());
    assertEquals(PipeErrors.ACCESS_DENIED, refusal.errorCode());
    assertTrue(refusal.getMessage().contains("PIPE_NOWAIT"), refusal.getMessage());
    pair.world.kernel.adoption.switchFailure = PipeErrors.SUCCESS;
    NamedPipeChannel channel = adopted(facts(BOTH, false), false);
    pair.send(server, "waited for");
    assertEquals("waited for", recorder.text());
    assertTrue(channel.isActive());
    assertEquals(2, pair.world.kernel.adoption.waitSwitches);
  }

  @Test
  void aHandleThatCannotBeTakenOverStaysWithTheCaller() {
    open(false);
    pair.world.kernel.adoption.takeOverFailure = PipeErrors.NO_SYSTEM_RESOURCES;
    Future<NamedPipeChannel> refused = adopt(facts(BOTH, false), false);
    NamedPipeException refusal = assertInstanceOf(NamedPipeException.class, refused.cause());
    assertEquals("adopt", refusal.operation());
    assertEquals(PipeErrors.NO_SYSTEM_RESOURCES, refusal.errorCode());
    assertTrue(server.isActive());
  }

  @Test
  void ofAnotherMachinesPipeNothingIsAskedOnTheEventLoopAndNotEvenTheCloseIsMadeThere() {
    String path = "\\\\other\\pipe\\" + PipePair.NAME;
    ChannelFuture bound = pair.world.server(pair::accept)
        .option(NamedPipeChannelOption.PIPE_REJECT_REMOTE_CLIENTS, false).bind(NamedPipeAddress.of(PipePair.NAME));
    pair.world.settle();
    pair.server = (NamedPipeServerChannel) bound.channel();
    pair.world.kernel.mayBlock = true;
    client = pair.world.kernel.open(path, BOTH, 1);
    pair.world.kernel.mayBlock = false;
    pair.world.settle();
    NamedPipeChannel channel =
        adopted(new AdoptionKernel.Facts(PipeErrors.SUCCESS, false, false, BOTH, path), false);
    assertEquals(path, channel.remoteAddress().path());
    assertTrue(pair.send(channel, "over the network").isSuccess());
    ChannelFuture read = channel.whenRead(Duration.ofMinutes(1));
    pair.world.settle();
    assertTrue(read.isSuccess(), String.valueOf(read.cause()));
    channel.close();
    pair.world.settle();
    assertEquals("over the network", pair.child().text());
    assertEquals(CloseReason.PEER_CLOSED, pair.child().channel.closeReason());
  }

  @Test
  void whoDoesNotWantItAnyMoreKeepsTheHandle() {
    open(false);
    pair.world.kernel.adoption.facts = facts(BOTH, false);
    Future<NamedPipeChannel> adopted = new HandleAdoption(pair.world.io).adopt(client, pair.world.clientLoop);
    assertTrue(adopted.cancel(false));
    pair.world.settle();
    assertEquals(0, pair.world.kernel.adoption.takeOvers);
    assertTrue(server.isActive());
  }

  @Test
  void aReadThatDoesNotWaitIsAnErrorAndNotTheEnd() {
    open(false);
    NamedPipeChannel channel = adopted(facts(BOTH, false), false);
    pair.world.kernel.whims.failNextRead(PipeErrors.NO_DATA);
    pair.send(server, "the last that is read");
    assertEquals("the last that is read", recorder.text());
    assertEquals(CloseReason.ERROR, channel.closeReason());
    String message = recorder.failures.get(0).getMessage();
    assertTrue(message.startsWith("read ") && message.contains("PIPE_NOWAIT"), message);
  }

  @Test
  void ofAPeerThatSomebodyElseHasConnectedToNoProgramIsClaimed() {
    open(false);
    NamedPipeChannel channel = adopted(facts(BOTH, false), false);
    Future<PeerIdentity> found = channel.peer();
    pair.world.settle();
    assertEquals("PeerIdentity(processId=4711, sessionId=3)", found.getNow().toString());
  }

  @Test
  void aHandleThatBlocksWhoLooksAtItKeepsNobodyFromConnecting() {
    open(false);
    PipeIo own = new PipeIo(pair.world.driver.driver(), pair.world.loopPorts.ports(), new PipeThreads(neverRun(),
        neverRun(), neverRun(), neverRun(), pair.world.opens::add, neverRun()));
    pair.world.kernel.adoption.facts = facts(BOTH, false);
    Future<NamedPipeChannel> adopted = new HandleAdoption(own).adopt(client, pair.world.clientLoop);
    pair.world.settle();
    assertTrue(adopted.isSuccess(), String.valueOf(adopted.cause()));
    clientIsOurs = false;
    recorder.channel = adopted.getNow();
    EventLoopGroup loop = pair.world.clientLoop;
    loop.register(recorder.channel);
    pair.world.settle();
  }

  private static Executor neverRun() {
    return task -> {
      throw new AssertionError("others wait for this thread");
    };
  }
}
