// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.npipe.channel.CloseReason;
import dev.npipe.channel.NamedPipeException;
import dev.npipe.channel.ZeroLengthMessages;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

/** How {@code end()} ends where an empty message ends the stream, and the peer does not wait for it. */
class EndOfStreamIT extends PipeRig {

  /** As long as a message may be: a paused socket that holds one reads no further. */
  private static final int SIZE = 1_000;

  private Pair messagePair() throws Exception {
    NamedPipeServerOptions serverOptions = new NamedPipeServerOptions();
    NamedPipeClientOptions clientOptions = new NamedPipeClientOptions();
    serverOptions.setMessageMode(true).setMaxMessageSize(SIZE).setZeroLengthMessages(ZeroLengthMessages.END_OF_STREAM);
    clientOptions.setMessageMode(true).setMaxMessageSize(SIZE).setZeroLengthMessages(ZeroLengthMessages.END_OF_STREAM);
    return pair(serverOptions, clientOptions);
  }

  @Test
  void aPeerThatHasLeftIsNoTimeoutAndEndsTheConnectionOnceItIsReadAgain() throws Exception {
    Pair pair = messagePair();
    Box<CloseReason> closed = new Box<>();
    NamedPipeSocket here = pair.clientEnd;
    here.closeHandler(end -> closed.put(here.closeReason()));
    for (int i = 0; i < 3; i++) {
      await(here.writeMessage(random(SIZE)));
    }
    await(pair.serverEnd.writeMessage(random(SIZE)));
    await(pair.serverEnd.close());
    NamedPipeException failure = assertInstanceOf(NamedPipeException.class, failure(here.end()));
    assertEquals(CloseReason.PEER_CLOSED, CloseReason.of(failure.errorCode()));
    assertNull(here.closeReason());
    Box<Buffer> read = read(here);
    assertEquals(random(SIZE), read.take());
    assertEquals(CloseReason.PEER_CLOSED, closed.take());
  }

  @Test
  void theEndOfASocketThatIsClosedSucceeds() throws Exception {
    Pair pair = messagePair();
    Future<Void> piped = pair.serverEnd.pipeTo(pair.serverEnd);
    await(pair.clientEnd.close());
    await(piped);
    await(pair.serverEnd.end());
    await(pair.clientEnd.end());
  }
}
