// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.ImpersonationLevel;
import dev.npipe.channel.NamedPipeException;
import dev.npipe.win32.AccessToken;
import dev.npipe.win32.Kernel32;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Code in the name of a client, on the system itself. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RunAsClientIT extends PipeRig {

  /** Whom this thread acts for, null for the process. */
  private static String threadUser() {
    long token = AccessToken.ofThread();
    if (token <= 0) {
      return null;
    }
    try {
      return AccessToken.user(token);
    } finally {
      Kernel32.CloseHandle(token);
    }
  }

  private Pair pair(ImpersonationLevel level) throws Exception {
    Pair pair = pair(new NamedPipeServerOptions(), new NamedPipeClientOptions().setImpersonationLevel(level));
    Box<?> read = read(pair.serverEnd);
    pair.clientEnd.write("so that the client is known");
    read.take();
    return pair;
  }

  @Test
  void theCodeRunsAsTheClientOnAThreadOfItsOwn() throws Exception {
    Pair pair = pair(ImpersonationLevel.IMPERSONATION);
    String[] seen = await(pair.serverEnd.runAsClient(() -> new String[] {
        threadUser(), Thread.currentThread().getName(), String.valueOf(Context.isOnEventLoopThread())}));
    assertEquals(await(pair.serverEnd.peer()).userSid().orElseThrow(), seen[0]);
    assertTrue(seen[1].startsWith("npipe-as-client-"), seen[1]);
    assertEquals("false", seen[2]);
  }

  @Test
  void oneThreadAfterTheOtherActsAsTheClientWhateverTheCodeThrows() throws Exception {
    Pair pair = pair(ImpersonationLevel.IMPERSONATION);
    for (int round = 0; round < 30; round++) {
      int number = round;
      Future<String> result = pair.serverEnd.runAsClient(() -> {
        if (threadUser() == null) {
          throw new IllegalStateException("not the client");
        }
        if (number % 3 == 0) {
          throw new IOException("round " + number);
        }
        return "done";
      });
      Throwable failure = failure(result);
      assertEquals(number % 3 == 0 ? "round " + number : null, failure == null ? null : failure.getMessage());
    }
  }

  @Test
  void aResultComesBackOnTheContextOfTheSocket() throws Exception {
    Pair pair = pair(ImpersonationLevel.IMPERSONATION);
    Box<Boolean> onEventLoop = new Box<>();
    pair.serverEnd.runAsClient(() -> "done").onComplete(done -> onEventLoop.put(Context.isOnEventLoopThread()));
    assertEquals(true, onEventLoop.take());
  }

  @Test
  void aClientThatAllowsNoMoreThanIdentificationIsNotActedFor() throws Exception {
    Enforcement.IMPERSONATION_LEVEL.require();
    Pair pair = pair(ImpersonationLevel.IDENTIFICATION);
    boolean[] ran = new boolean[1];
    NamedPipeException refusal = assertInstanceOf(NamedPipeException.class,
        failure(pair.serverEnd.runAsClient(() -> ran[0] = true)));
    assertEquals("ERROR_BAD_IMPERSONATION_LEVEL", refusal.errorName());
    assertFalse(ran[0]);
  }

  @Test
  void ofAnAnonymousClientTheUserIsThatOfItsProcess() throws Exception {
    Enforcement.IMPERSONATION_LEVEL.require();
    Pair pair = pair(ImpersonationLevel.ANONYMOUS);
    NamedPipeException refusal = assertInstanceOf(NamedPipeException.class,
        failure(pair.serverEnd.runAsClient(() -> "never")));
    assertEquals("ERROR_BAD_IMPERSONATION_LEVEL", refusal.errorName());
    assertEquals(await(pair.clientEnd.peer()).userSid(), await(pair.serverEnd.peer()).userSid());
  }

  @Test
  void aClientThatHasNotSaidWhatItAllowsIsUnknownBeforeItsDataIsRead() throws Exception {
    Enforcement.IMPERSONATION_AFTER_READ.require();
    Box<NamedPipeSocket> accepted = new Box<>();
    await(NamedPipeServer.create(vertx).connectHandler(socket -> accepted.put(socket.pause())).listen(name));
    try (ForeignClient client = Capability.C.program("identity.exe", "\\\\.\\pipe\\" + name, "unsaid")) {
      NamedPipeSocket socket = accepted.take();
      NamedPipeException refusal = assertInstanceOf(NamedPipeException.class,
          failure(socket.runAsClient(() -> "never")));
      assertEquals("ERROR_CANNOT_IMPERSONATE", refusal.errorName());
      socket.write("?");
      read(socket).take();
      assertEquals("now", await(socket.runAsClient(() -> "now")));
      await(socket.close());
      client.success();
    }
  }

  @Test
  void onAClosedSocketTheCodeDoesNotRun() throws Exception {
    Pair pair = pair(ImpersonationLevel.IMPERSONATION);
    await(pair.serverEnd.close());
    NamedPipeException refusal = assertInstanceOf(NamedPipeException.class,
        failure(pair.serverEnd.runAsClient(() -> "never")));
    assertEquals("ERROR_INVALID_HANDLE", refusal.errorName());
  }

  @Test
  void aClientHasNobodyToActFor() throws Exception {
    Pair pair = pair(ImpersonationLevel.IMPERSONATION);
    assertThrows(IllegalStateException.class, () -> pair.clientEnd.runAsClient(() -> "never"));
    assertSame(null, threadUser());
  }
}
