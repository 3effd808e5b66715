// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.channel.PeerIdentity;
import dev.npipe.channel.PeerVerification;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Has clients verified by a function of Vert.x's kind, on the context of its server.
 */
public final class ServerVerification {

  private ServerVerification() {
  }

  /**
   * Creates a verification.
   *
   * @param verifier the function
   * @param context where it is called; null for the event loop of the listening channel
   * @param timeout how long it may take
   * @param refused is incremented for each client that is not let in
   * @return the verification
   */
  public static PeerVerification of(Function<PeerIdentity, Future<Boolean>> verifier, ContextInternal context,
      Duration timeout, AtomicLong refused) {
    return new PeerVerification(peer -> {
      Promise<Boolean> answer = Promise.promise();
      if (context == null) {
        ask(verifier, peer, answer);
      } else {
        context.emit(peer, asked -> ask(verifier, asked, answer));
      }
      return answer.future().toCompletionStage();
    }, timeout, refused);
  }

  private static void ask(Function<PeerIdentity, Future<Boolean>> verifier, PeerIdentity peer,
      Promise<Boolean> answer) {
    try {
      Future<Boolean> given = verifier.apply(peer);
      if (given == null) {
        answer.fail(new IllegalStateException("the verifier returned null"));
      } else {
        given.onComplete(answer);
      }
    } catch (Throwable e) { // the client must not come in, whatever it is
      answer.tryFail(e);
    }
  }
}
