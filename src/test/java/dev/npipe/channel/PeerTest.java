// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.SimulatedIdentity;
import dev.npipe.iocp.TokenFacts;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is at the other end, as far as the system tells, and not a step further. */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class PeerTest {

  private static final String USER = "S-1-5-21-1-2-3-1001";
  private static final TokenFacts SOMEBODY_ELSE =
      new TokenFacts("S-1-5-21-1-2-3-1002", List.of(), 0x1000, 0, -1);

  private final SimulatedWorld.Drivers drivers;
  private final PipePair pair;
  private final SimulatedIdentity system;
  private NamedPipeChannel client;

  PeerTest(SimulatedWorld.Drivers drivers) {
    this.drivers = drivers;
    pair = new PipePair(20, drivers).listen();
    system = pair.world.kernel.identity;
  }

  @BeforeEach
  void connect() {
    client = pair.connect();
  }

  @AfterEach
  void nothingIsLeft() {
    client.close();
    pair.end();
  }

  private SimulatedIdentity.Process process() {
    return system.processes.get(SimulatedIdentity.PEER);
  }

  private PeerIdentity askServerEnd() {
    return ask(pair.child().channel);
  }

  private PeerIdentity ask(NamedPipeChannel channel) {
    Future<PeerIdentity> found = channel.peer();
    pair.world.settle();
    return found.getNow();
  }

  @Test
  void aClientIsKnownByProcessSessionUserAndWhatItIsTrustedWith() {
    PeerIdentity peer = askServerEnd();
    assertEquals(Optional.of(SimulatedIdentity.PEER), peer.processId());
    assertEquals(Optional.of(3), peer.sessionId());
    assertEquals(Optional.empty(), peer.computerName());
    assertEquals(Optional.of(USER), peer.userSid());
    assertEquals(Optional.of("MACHINE\\user"), peer.accountName());
    assertEquals(Optional.of(IntegrityLevel.MEDIUM), peer.integrityLevel());
    assertEquals(Optional.of(false), peer.elevated());
    assertEquals(Optional.of("C:\\programs\\peer.exe"), peer.imagePath());
    assertEquals(Optional.of(Instant.parse("1601-01-01T00:00:00.000050Z")), peer.startTime());
  }

  @Test
  void aServerIsKnownByItsProcess() {
    PeerIdentity peer = ask(client);
    assertEquals(Optional.of(SimulatedIdentity.PEER), peer.processId());
    assertEquals(Optional.of(USER), peer.userSid());
    assertEquals(0, system.impersonations);
  }

  @Test
  void itIsFoundOutOnce() {
    PeerIdentity peer = askServerEnd();
    process().imagePath = "C:\\another.exe";
    assertSame(peer, askServerEnd());
    assertEquals(1, system.impersonations);
  }

  @Test
  void nobodyIsAskedUnlessSomebodyWantsToKnow() {
    pair.world.settle();
    assertEquals(0, system.impersonations);
    assertEquals(SimulatedIdentity.PEER, pair.child().channel.peerProcessId());
  }

  @Test
  void aProcessThatWasStartedAfterTheConnectionIsNotThePeer() {
    process().startTime = system.now + 1;
    process().token = SOMEBODY_ELSE;
    PeerIdentity peer = askServerEnd();
    assertEquals(Optional.of(SimulatedIdentity.PEER), peer.processId());
    assertEquals(Optional.empty(), peer.imagePath());
    assertEquals(Optional.empty(), peer.startTime());
    assertEquals(Optional.of(USER), peer.userSid(), "what the client has shown itself");
  }

  @Test
  void norIsOneThatWasStartedWhileTheClientWaitedForRoom() {
    PipePair crowded = new PipePair(21, drivers);
    NamedPipeServerChannel full = crowded.world.listen("crowded", null,
        Map.of(NamedPipeChannelOption.PIPE_MAX_CONNECTIONS, 1), crowded::accept);
    NamedPipeChannel first = crowded.world.connect("crowded", new Recorder());
    NamedPipeChannel waiting = crowded.world.connect("crowded", new Recorder());
    SimulatedIdentity there = crowded.world.kernel.identity;
    assertEquals(1, crowded.children.size());
    there.now += 1_000;
    there.processes.get(SimulatedIdentity.PEER).startTime = there.now - 1;
    there.now += 1_000;
    first.close();
    crowded.world.settle();
    assertEquals(2, crowded.children.size());
    Future<PeerIdentity> found = crowded.child().channel.peer();
    crowded.world.settle();
    assertEquals(Optional.empty(), found.getNow().imagePath());
    assertEquals(Optional.empty(), found.getNow().startTime());
    SimulatedWorld.closeAll(List.of(waiting, full));
    crowded.end();
  }

  @Test
  void theTokenOfALaterProcessIsNotTakenForThatOfAnAnonymousClient() {
    process().startTime = system.now + 1;
    system.clientLevel = 0;
    assertEquals(Optional.empty(), askServerEnd().userSid());
  }

  @Test
  void aProcessIdThatIsAnotherWhenThePipeIsAskedAgainIsNotThePeers() {
    system.afterOpenProcess = () -> system.peer = 4712;
    assertEquals(Optional.empty(), askServerEnd().imagePath());
  }

  @Test
  void ofAProcessThatIsGoneOnlyTheIdRemains() {
    system.processes.clear();
    system.clientLevel = 0;
    PeerIdentity peer = askServerEnd();
    assertEquals("PeerIdentity(processId=4711, sessionId=3)", peer.toString());
  }

  @Test
  void aProcessThatMayNotBeLookedAtLeavesWhatTheClientShows() {
    process().opens = false;
    PeerIdentity peer = askServerEnd();
    assertEquals(Optional.of(USER), peer.userSid());
    assertEquals(Optional.empty(), peer.imagePath());
    assertEquals(Optional.empty(), peer.startTime());
  }

  @Test
  void whoActsForAnotherIsTheOther() {
    system.client = SOMEBODY_ELSE;
    PeerIdentity peer = askServerEnd();
    assertEquals(SOMEBODY_ELSE.user(), peer.userSid().orElseThrow());
    assertEquals(Optional.empty(), peer.accountName());
    assertEquals(Optional.of(IntegrityLevel.LOW), peer.integrityLevel());
  }

  @Test
  void anAnonymousClientIsKnownByItsProcessAlone() {
    system.clientLevel = 0;
    assertEquals(Optional.of(USER), askServerEnd().userSid());
  }

  @Test
  void anAnonymousClientWhoseProcessMayNotBeLookedAtHasNoUser() {
    system.clientLevel = 0;
    process().token = null;
    PeerIdentity peer = askServerEnd();
    assertEquals(Optional.empty(), peer.userSid());
    assertEquals(Optional.empty(), peer.integrityLevel());
    assertEquals(Optional.empty(), peer.elevated());
    assertEquals(Optional.of("C:\\programs\\peer.exe"), peer.imagePath());
  }

  @Test
  void aClientThatIsUnknownBeforeItsDataIsReadIsKnownByItsProcess() {
    system.clientShowsWithItsData = true;
    system.client = SOMEBODY_ELSE;
    assertEquals(Optional.of(USER), askServerEnd().userSid());
  }

  @Test
  void onceItsDataIsReadItIsKnownByItself() {
    system.clientShowsWithItsData = true;
    system.client = SOMEBODY_ELSE;
    pair.send(client, "here I am");
    assertEquals(Optional.of(SOMEBODY_ELSE.user()), askServerEnd().userSid());
  }

  @Test
  void theIdsOfAnotherMachineAreNotThoseOfThis() {
    system.computerName = "ELSEWHERE";
    PeerIdentity peer = askServerEnd();
    assertEquals(Optional.of("ELSEWHERE"), peer.computerName());
    assertEquals(Optional.empty(), peer.processId());
    assertEquals(Optional.empty(), peer.sessionId());
    assertEquals(Optional.empty(), peer.imagePath());
    assertEquals(Optional.of(USER), peer.userSid());
  }

  @Test
  void whereTheSystemDoesNotTellTheMachineNoIdIsTaken() {
    system.computerName = null;
    PeerIdentity peer = askServerEnd();
    assertEquals(Optional.empty(), peer.processId());
    assertEquals(Optional.empty(), peer.computerName());
  }

  @Test
  void aChannelThatIsClosedMeanwhileKeepsItsHandleUntilTheAnswerIsThere() {
    NamedPipeChannel server = pair.child().channel;
    int[] closesThen = new int[1];
    int closesBefore = pair.world.kernel.closes;
    system.afterOpenProcess = () -> {
      server.close();
      pair.world.childLoop.runNow();
      closesThen[0] = pair.world.kernel.closes;
    };
    PeerIdentity peer = askServerEnd();
    assertTrue(peer.imagePath().isPresent());
    assertEquals(closesBefore, closesThen[0], "closed while the system was being asked about it");
    assertEquals(closesBefore + 2, pair.world.kernel.closes, "both ends are closed afterwards");
  }

  @Test
  void afterTheCloseThereIsNobodyToAskAbout() {
    pair.child().channel.close();
    pair.world.settle();
    Future<PeerIdentity> found = pair.child().channel.peer();
    pair.world.settle();
    assertInstanceOf(ClosedChannelException.class, found.cause());
  }

  @Test
  void beforeTheConnectionThereIsNoPeer() {
    NamedPipeChannel unconnected = new NamedPipeChannel(pair.world.io);
    assertThrows(NotYetConnectedException.class, unconnected::peer);
    assertThrows(NotYetConnectedException.class, () -> unconnected.runAsClient(() -> "never"));
    assertEquals(-1, unconnected.peerProcessId());
  }

  @Test
  void levelsAreAThousandApartAndNoneIsAboveTheLast() {
    assertEquals(IntegrityLevel.UNTRUSTED, IntegrityLevel.of(0));
    assertEquals(IntegrityLevel.MEDIUM, IntegrityLevel.of(0x2100));
    assertEquals(IntegrityLevel.HIGH, IntegrityLevel.of(0x3000));
    assertEquals(IntegrityLevel.SYSTEM, IntegrityLevel.of(0x4000));
    assertEquals(IntegrityLevel.PROTECTED, IntegrityLevel.of(0x5000));
    assertEquals(IntegrityLevel.PROTECTED, IntegrityLevel.of(0x7fff_ffff));
  }
}
