// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.SimulatedIdentity;
import dev.npipe.iocp.TokenFacts;
import io.netty.channel.ChannelFuture;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client sends nothing to a server that is not the one it expects. */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class ExpectedServerTest {

  private static final String ME = "S-1-5-21-1-2-3-1001";
  private static final String OTHER = "S-1-5-21-1-2-3-1002";
  private static final String SYSTEM = "S-1-5-18";
  private static final String ADMINISTRATORS = "S-1-5-32-544";

  private final PipePair pair;
  private final SimulatedIdentity system;

  ExpectedServerTest(SimulatedWorld.Drivers drivers) {
    pair = new PipePair(24, drivers).listen();
    system = pair.world.kernel.identity;
  }

  @BeforeEach
  void theProcessMayNotBeLookedAt() {
    runsAs(null);
  }

  @AfterEach
  void nothingIsLeft() {
    pair.end();
  }

  private void runsAs(String user, String... groups) {
    system.processes.get(SimulatedIdentity.PEER).token =
        user == null ? null : new TokenFacts(user, List.of(groups), 0x2000, 0, -1);
  }

  private ChannelFuture connect(ExpectedServer expected) {
    ChannelFuture connected = pair.world.client(new Recorder())
        .option(NamedPipeChannelOption.PIPE_EXPECTED_SERVER, expected)
        .connect(NamedPipeAddress.of(PipePair.NAME));
    pair.world.settle();
    return connected;
  }

  private void assertFound(ExpectedServer expected) {
    ChannelFuture connected = connect(expected);
    assertTrue(connected.isSuccess(), () -> String.valueOf(connected.cause()));
    connected.channel().close();
  }

  private void assertNotFound(ExpectedServer expected) {
    UnexpectedServerException refusal =
        assertInstanceOf(UnexpectedServerException.class, connect(expected).cause());
    assertEquals(PipePair.PATH, refusal.path());
    assertTrue(refusal.getMessage().contains("nothing was sent"), refusal.getMessage());
    assertEquals(0, pair.world.kernel.writes);
  }

  @Test
  void thePipeOfTheSameUserIsTheCurrentUsers() {
    assertFound(ExpectedServer.currentUser());
    runsAs(ME);
    assertFound(ExpectedServer.currentUser());
  }

  @Test
  void whatThisProcessWouldOwnItselfIsTheCurrentUsers() {
    system.defaultOwner = ADMINISTRATORS;
    system.pipeOwner = ADMINISTRATORS;
    assertFound(ExpectedServer.currentUser());
  }

  @Test
  void thePipeOfAnotherUserIsNot() {
    system.pipeOwner = OTHER;
    assertNotFound(ExpectedServer.currentUser());
    runsAs(ME);
    assertNotFound(ExpectedServer.currentUser());
  }

  @Test
  void anInstanceThatAnotherUserHasAddedIsNot() {
    runsAs(OTHER);
    assertNotFound(ExpectedServer.currentUser());
  }

  @Test
  void anOwnerThatIsNotToldIsNobody() {
    system.pipeOwner = null;
    runsAs(ME);
    assertNotFound(ExpectedServer.currentUser());
    assertNotFound(ExpectedServer.system());
  }

  @ParameterizedTest
  @ValueSource(strings = {SYSTEM, ADMINISTRATORS})
  void whatAPrivilegedProgramOwnsIsTheSystemsUnlessItsProcessSaysOtherwise(String owner) {
    system.pipeOwner = owner;
    assertFound(ExpectedServer.system());
    assertFound(ExpectedServer.administrators());
    runsAs(SYSTEM, ADMINISTRATORS);
    assertFound(ExpectedServer.system());
    assertFound(ExpectedServer.administrators());
    runsAs(OTHER, ADMINISTRATORS);
    assertNotFound(ExpectedServer.system());
    assertFound(ExpectedServer.administrators());
    runsAs(OTHER);
    assertNotFound(ExpectedServer.administrators());
  }

  @Test
  void whatAUserOwnsIsNeitherTheSystemsNorTheAdministrators() {
    runsAs(SYSTEM, ADMINISTRATORS);
    assertNotFound(ExpectedServer.system());
    assertNotFound(ExpectedServer.administrators());
  }

  @Test
  void aUserIsKnownByTheOwner() {
    system.pipeOwner = OTHER;
    assertFound(ExpectedServer.sid(OTHER));
    assertNotFound(ExpectedServer.sid(ME));
  }

  @Test
  void whatAnElevatedUserOwnsAsAdministratorIsKnownByItsProcess() {
    system.pipeOwner = ADMINISTRATORS;
    assertNotFound(ExpectedServer.sid(OTHER));
    runsAs(OTHER);
    assertFound(ExpectedServer.sid(OTHER));
  }

  @Test
  void aProcessIsKnownByItsId() {
    assertFound(ExpectedServer.processId(SimulatedIdentity.PEER));
    assertNotFound(ExpectedServer.processId(SimulatedIdentity.PEER + 1));
  }

  @Test
  void aProcessThatWasStartedLaterDoesNotSpeakForTheServer() {
    system.pipeOwner = ADMINISTRATORS;
    runsAs(OTHER);
    system.processes.get(SimulatedIdentity.PEER).startTime = system.now + 1;
    assertNotFound(ExpectedServer.sid(OTHER));
  }

  @Test
  void whatCannotBeFoundOutIsNotWhatIsExpected() {
    system.failure = new IllegalStateException("no memory");
    ChannelFuture connected = connect(ExpectedServer.currentUser());
    system.failure = null;
    UnexpectedServerException refusal = assertInstanceOf(UnexpectedServerException.class, connected.cause());
    assertEquals("no memory", refusal.getCause().getMessage());
  }

  @Test
  void withoutAnExpectationNobodyIsAsked() {
    system.failure = new IllegalStateException("nobody is to ask");
    pair.connect().close();
    system.failure = null;
  }

  @ParameterizedTest
  @ValueSource(strings = {"current user", "system", "administrators", "process 4711", OTHER, "S-1-5-32-544"})
  void theTextOfAnExpectationIsReadBack(String text) {
    assertEquals(text, ExpectedServer.parse(text).toString());
    assertEquals(ExpectedServer.parse(text), ExpectedServer.parse(text.toUpperCase()));
    assertEquals(ExpectedServer.parse(text).hashCode(), ExpectedServer.parse(" " + text).hashCode());
    assertNotEquals(ExpectedServer.parse(text), ExpectedServer.processId(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "me", "S-1-5", "S-2-5-18", "S-1-5-x", "S-1-5-4294967296", "S-1-5-18 ", "process",
      "process 0", "process -1", "process 99999999999999999999", "S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16"})
  void whatIsNoExpectationIsRefusedAtOnce(String text) {
    if (text.isBlank() || !text.equals(text.strip())) {
      assertThrows(IllegalArgumentException.class, () -> ExpectedServer.sid(text));
    } else {
      IllegalArgumentException refusal =
          assertThrows(IllegalArgumentException.class, () -> ExpectedServer.parse(text));
      assertFalse(refusal.getMessage().isBlank());
    }
  }

  @Test
  void aMalformedSidIsRefusedWithItsForm() {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> ExpectedServer.sid("S-1-5-oops"));
    assertTrue(refusal.getMessage().contains("\"S-1-5-oops\"; the form is S-1-5-21-"), refusal.getMessage());
    assertThrows(IllegalArgumentException.class, () -> PipeSecurity.appContainer("S-1-5-18"));
    assertThrows(IllegalArgumentException.class, () -> PipeSecurity.appContainer("everybody"));
    assertThrows(NullPointerException.class, () -> ExpectedServer.sid(null));
  }

  @Test
  void thePresetsSayWhoMayDoWhat() {
    assertEquals("O:MED:P(A;;GA;;;LOGON)(A;;GA;;;SY)", PipeSecurity.currentLogonSession().toSddl("ME", "LOGON"));
    assertThrows(IllegalStateException.class, () -> PipeSecurity.currentLogonSession().toSddl("ME", null));
    assertEquals("O:MED:P(A;;GA;;;ME)(A;;GA;;;SY)(A;;0x12019b;;;S-1-15-2-1)S:(ML;;NW;;;LW)",
        PipeSecurity.appContainer("s-1-15-2-1").toSddl("ME", null));
  }
}
