// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.npipe.channel.CloseReason;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

/** Two sockets of one process, connected with each other. */
class PairIT extends PipeRig {

  @Test
  void whatOneEndWritesTheOtherReads() throws Exception {
    NamedPipePair pair = await(NamedPipes.pair(vertx));
    Box<Buffer> atServer = read(pair.serverEnd());
    Box<Buffer> atClient = read(pair.clientEnd());
    pair.clientEnd().write("question");
    assertEquals("question", Box.bytes(atServer, 8).toString());
    pair.serverEnd().write("answer");
    assertEquals("answer", Box.bytes(atClient, 6).toString());
  }

  @Test
  void theCloseOfOneEndIsTheEndOfTheOther() throws Exception {
    NamedPipePair pair = await(NamedPipes.pair(vertx));
    Box<CloseReason> closed = new Box<>();
    pair.serverEnd().closeHandler(end -> closed.put(pair.serverEnd().closeReason()));
    pair.serverEnd().resume();
    await(pair.clientEnd().close());
    assertEquals(CloseReason.PEER_CLOSED, closed.take());
  }

  @Test
  void pairsHaveNothingToDoWithEachOther() throws Exception {
    NamedPipePair one = await(NamedPipes.pair(vertx));
    NamedPipePair other = await(NamedPipes.pair(vertx));
    assertNotEquals(one.serverEnd().path(), other.serverEnd().path());
    Box<Buffer> read = read(other.serverEnd());
    one.clientEnd().write("one");
    other.clientEnd().write("other");
    assertEquals("other", Box.bytes(read, 5).toString());
  }

  @Test
  void aPairCarriesMessages() throws Exception {
    NamedPipeServerOptions serverOptions = new NamedPipeServerOptions().setMessageMode(true);
    NamedPipePair pair = await(NamedPipes.pair(vertx, serverOptions,
        new NamedPipeClientOptions().setMessageMode(true)));
    Box<Buffer> read = read(pair.serverEnd());
    pair.clientEnd().writeMessage(Buffer.buffer("one"));
    pair.clientEnd().writeMessage(Buffer.buffer("two"));
    assertEquals("one", read.take().toString());
    assertEquals("two", read.take().toString());
  }
}
