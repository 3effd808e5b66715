// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.npipe.channel.PipeSecurity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Who gets in and who does not, by the system's own judgement on each preset's descriptor. Others are the current user
 * before the server of somebody else, or without some of its groups; nothing here needs another account.
 */
class PresetsIT {

  private static final int READ_AND_WRITE = 0x12019b;
  private static final int CREATE_INSTANCE = 0x4;
  private static final String ADMINISTRATORS = "S-1-5-32-544";
  private static final String AUTHENTICATED_USERS = "S-1-5-11";
  private static final String EVERYONE = "S-1-1-0";
  private static final String OTHER = "S-1-5-21-1-2-3-4711";

  private final String user = CurrentUser.sid();
  private final String logon = CurrentUser.logon();
  // Whose server it is.
  private String server = user;
  private long token;

  @BeforeEach
  void requireOrdinaryUser() {
    assumeFalse(user.equals("S-1-5-18"), "not available here: a user other than SYSTEM, as which this is run");
  }

  @AfterEach
  void closeToken() {
    Kernel32.CloseHandle(token);
  }

  private String sddl(PipeSecurity security) {
    // AccessCheck wants a group too, which a pipe is given by its creator.
    return security.toString().replaceFirst("(?<!G:SY)D:P", "G:SYD:P")
      .replace("current-user", server).replace("current-logon-session", String.valueOf(logon));
  }

  private boolean mayConnect(PipeSecurity security, String... without) {
    return granted(security, READ_AND_WRITE, without);
  }

  private boolean mayHost(PipeSecurity security, String... without) {
    return granted(security, CREATE_INSTANCE, without);
  }

  private boolean granted(PipeSecurity security, int rights, String... without) {
    Kernel32.CloseHandle(token);
    token = AccessCheck.tokenWithout(without);
    return AccessCheck.grants(sddl(security), token, rights);
  }

  @Test
  void theCurrentUserGetsInAndNobodyElse() {
    assertTrue(mayConnect(PipeSecurity.currentUser()));
    assertTrue(mayHost(PipeSecurity.currentUser()));
    server = OTHER;
    assertFalse(mayConnect(PipeSecurity.currentUser()));
  }

  @Test
  void theLogonSessionGetsInAndNoOtherOfTheSameUser() {
    assertTrue(mayConnect(PipeSecurity.currentLogonSession()));
    assertFalse(mayConnect(PipeSecurity.currentLogonSession(), logon), "this user in another session");
    server = OTHER;
    assertTrue(mayConnect(PipeSecurity.currentLogonSession()), "another user of this session");
  }

  @Test
  void administratorsGetInWhereTheyAreMeantTo() {
    assertTrue(mayConnect(PipeSecurity.administrators(), ADMINISTRATORS), "the user itself");
    server = OTHER;
    assertFalse(mayConnect(PipeSecurity.administrators(), ADMINISTRATORS), "another user who is none");
    assertTrue(!AccessCheck.isMember(ADMINISTRATORS) || mayConnect(PipeSecurity.administrators()),
      "another user who is one");
  }

  @Test
  void authenticatedUsersGetInButDoNotHost() {
    server = OTHER;
    assertTrue(mayConnect(PipeSecurity.authenticatedUsers()));
    assertFalse(mayHost(PipeSecurity.authenticatedUsers()));
    assertFalse(mayConnect(PipeSecurity.authenticatedUsers(), AUTHENTICATED_USERS));
  }

  @Test
  void everyoneGetsInButDoesNotHost() {
    server = OTHER;
    assertTrue(mayConnect(PipeSecurity.everyone(), AUTHENTICATED_USERS));
    assertFalse(mayHost(PipeSecurity.everyone()));
    assertFalse(mayConnect(PipeSecurity.everyone(), EVERYONE));
  }

  @Test
  void anAppContainerDoesNotLetOtherUsersIn() {
    PipeSecurity apps = PipeSecurity.appContainer("S-1-15-2-1");
    assertTrue(mayConnect(apps));
    server = OTHER;
    assertFalse(mayConnect(apps));
  }

  @Test
  void aDescriptorOfOnesOwnIsTakenAsItIs() {
    assertFalse(mayConnect(PipeSecurity.sddl("O:SYG:SYD:P(A;;GA;;;SY)")));
    assertTrue(mayConnect(PipeSecurity.sddl("O:SYG:SYD:P(A;;GRGW;;;" + user + ")")));
  }
}
