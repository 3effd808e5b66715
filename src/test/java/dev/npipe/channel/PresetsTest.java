// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeInstanceSpec;
import io.netty.channel.ChannelFuture;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets in with which preset, and who may add instances, on a system that enforces it. */
@ExtendWith(LogWatch.class)
class PresetsTest {

  private static final String USER = "S-1-5-21-1-2-3-1001";
  private static final String LOGON = "S-1-5-5-0-4711";
  private static final String PACKAGE = "S-1-15-2-1-2-3-4";

  private final PipePair pair = new PipePair(61, SimulatedWorld.Drivers.SHARED);

  @AfterEach
  void nothingIsLeft() {
    pair.end();
  }

  private static PipeSecurity preset(String name) {
    return switch (name) {
      case "CURRENT_USER" -> PipeSecurity.currentUser();
      case "CURRENT_LOGON_SESSION" -> PipeSecurity.currentLogonSession();
      case "ADMINISTRATORS" -> PipeSecurity.administrators();
      case "AUTHENTICATED_USERS" -> PipeSecurity.authenticatedUsers();
      case "EVERYONE" -> PipeSecurity.everyone();
      default -> PipeSecurity.appContainer(PACKAGE);
    };
  }

  private static Set<String> identifiersOf(String who) {
    return switch (who) {
      case "the user" -> Set.of(USER, LOGON, "AU", "WD");
      case "the user elsewhere" -> Set.of(USER, "S-1-5-5-0-1", "AU", "WD");
      case "another user" -> Set.of("S-1-5-21-1-2-3-1002", "S-1-5-5-0-2", "AU", "WD");
      case "an administrator" -> Set.of("S-1-5-21-1-2-3-500", "S-1-5-5-0-3", "BA", "AU", "WD");
      case "a guest" -> Set.of("S-1-5-21-1-2-3-501", "WD");
      case "the app" -> Set.of(PACKAGE);
      default -> Set.of("S-1-15-2-9-9-9-9");
    };
  }

  private ChannelFuture listen(PipeSecurity security) {
    ChannelFuture bound = pair.world.server(pair::accept)
        .option(NamedPipeChannelOption.PIPE_SECURITY, security)
        .bind(NamedPipeAddress.of(PipePair.NAME));
    pair.world.settle();
    pair.server = (NamedPipeServerChannel) bound.channel();
    return bound;
  }

  @ParameterizedTest
  @CsvSource({
      "CURRENT_USER, the user, true", "CURRENT_USER, the user elsewhere, true", "CURRENT_USER, another user, false",
      "CURRENT_USER, an administrator, false", "CURRENT_USER, a guest, false", "CURRENT_USER, the app, false",
      "CURRENT_LOGON_SESSION, the user, true", "CURRENT_LOGON_SESSION, the user elsewhere, false",
      "CURRENT_LOGON_SESSION, another user, false", "CURRENT_LOGON_SESSION, an administrator, false",
      "ADMINISTRATORS, the user, true", "ADMINISTRATORS, an administrator, true", "ADMINISTRATORS, another user, false",
      "AUTHENTICATED_USERS, the user, true", "AUTHENTICATED_USERS, another user, true",
      "AUTHENTICATED_USERS, a guest, false", "AUTHENTICATED_USERS, the app, false",
      "EVERYONE, another user, true", "EVERYONE, a guest, true",
      "APP_CONTAINER, the user, true", "APP_CONTAINER, the app, true", "APP_CONTAINER, another app, false",
      "APP_CONTAINER, another user, false"})
  void whoMayConnect(String preset, String who, boolean allowed) {
    assertTrue(listen(preset(preset)).isSuccess());
    pair.world.kernel.clientIs = identifiersOf(who);
    ChannelFuture connected = pair.world.client(new Recorder()).connect(NamedPipeAddress.of(PipePair.NAME));
    pair.world.settle();
    assertEquals(allowed, connected.isSuccess());
    if (!allowed) {
      assertEquals(PipeErrors.ACCESS_DENIED,
          assertInstanceOf(NamedPipeException.class, connected.cause()).errorCode());
    }
    connected.channel().close();
  }

  @ParameterizedTest
  @CsvSource({"CURRENT_USER, another user", "AUTHENTICATED_USERS, another user", "EVERYONE, another user",
      "EVERYONE, a guest", "APP_CONTAINER, the app", "ADMINISTRATORS, another user"})
  void whoIsLetInMayNotHostThePipe(String preset, String who) {
    assertTrue(listen(preset(preset)).isSuccess());
    pair.world.kernel.serverIs = identifiersOf(who);
    assertEquals(-PipeErrors.ACCESS_DENIED, pair.world.kernel.createInstance(
        new PipeInstanceSpec(PipePair.PATH, 255, 512, 512, false, true, null), false));
    pair.world.kernel.serverIs = identifiersOf("the user");
  }

  @Test
  void aDescriptorThatKeepsTheServerFromItsOwnSecondInstanceFailsTheBind() {
    ChannelFuture bound = listen(PipeSecurity.sddl("D:P(A;;0x12019b;;;WD)"));
    NamedPipeException refused = assertInstanceOf(NamedPipeException.class, bound.cause());
    assertEquals(PipeErrors.ACCESS_DENIED, refused.errorCode());
    assertTrue(refused.getMessage().contains("FILE_CREATE_PIPE_INSTANCE"), refused.getMessage());
  }

  @Test
  void aDenialCountsBeforeAGrantThatFollows() {
    assertTrue(listen(PipeSecurity.sddl("D:P(D;;0x2;;;" + PACKAGE + ")(A;;GA;;;" + USER + ")(A;;GA;;;" + PACKAGE + ")"))
        .isSuccess());
    pair.world.kernel.clientIs = identifiersOf("the app");
    ChannelFuture connected = pair.world.client(new Recorder()).connect(NamedPipeAddress.of(PipePair.NAME));
    pair.world.settle();
    assertInstanceOf(NamedPipeException.class, connected.cause());
    connected.channel().close();
  }
}
