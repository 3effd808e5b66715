// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.npipe.channel.CloseReason;
import dev.npipe.channel.NamedPipeException;
import dev.npipe.win32.AnonymousPipe;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

/** Pipes without a name, for one direction and without overlapped I/O, as standard streams are. */
class AnonymousPipeIT extends PipeRig {

  @Test
  void whatGoesInComesOutAndThenTheEnd() throws Exception {
    AnonymousPipe pipe = new AnonymousPipe();
    NamedPipeSocket writer = await(NamedPipes.adopt(vertx, pipe.writer));
    NamedPipeSocket reader = await(NamedPipes.adopt(vertx, pipe.reader));
    Box<CloseReason> closed = new Box<>();
    reader.closeHandler(end -> closed.put(reader.closeReason()));
    Box<Buffer> read = read(reader);
    Buffer much = random(300_000);
    await(writer.write("first"));
    assertEquals("first", Box.bytes(read, 5).toString());
    writer.write(much);
    await(writer.close());
    assertEquals(much, Box.bytes(read, much.length()));
    assertEquals(CloseReason.PEER_CLOSED, closed.take());
  }

  @Test
  void endsThatDidNotWaitAreMadeTo() throws Exception {
    AnonymousPipe pipe = new AnonymousPipe();
    AnonymousPipe.doNotWait(pipe.writer, false);
    AnonymousPipe.doNotWait(pipe.reader, false);
    NamedPipeSocket writer = await(NamedPipes.adopt(vertx, pipe.writer));
    NamedPipeSocket reader = await(NamedPipes.adopt(vertx, pipe.reader));
    Box<Buffer> read = read(reader);
    await(writer.write("first"));
    assertEquals("first", Box.bytes(read, 5).toString());
    reader.pause();
    // More than the pipe holds: without waiting a part would be lost, and with nothing to read the end be near.
    Buffer much = random(300_000);
    Future<Void> written = writer.write(much);
    reader.resume();
    assertEquals(much, Box.bytes(read, much.length()));
    await(written);
    assertEquals(null, reader.closeReason());
  }

  @Test
  void aWriteForWhichThereIsNoRoomAndNoWaitFailsAtOnce() throws Exception {
    AnonymousPipe pipe = new AnonymousPipe();
    NamedPipeSocket writer = await(NamedPipes.adopt(vertx, pipe.writer));
    NamedPipeSocket reader = await(NamedPipes.adopt(vertx, pipe.reader));
    AnonymousPipe.doNotWait(pipe.writer, false);
    NamedPipeException untaken = assertInstanceOf(NamedPipeException.class, failure(writer.write(random(300_000))));
    assertEquals("ERROR_WRITE_FAULT", untaken.errorName());
    await(reader.close());
  }

  @Test
  void anEndThatOnlyReadsCannotBeWritten() throws Exception {
    AnonymousPipe pipe = new AnonymousPipe();
    NamedPipeSocket reader = await(NamedPipes.adopt(vertx, pipe.reader));
    NamedPipeSocket writer = await(NamedPipes.adopt(vertx, pipe.writer));
    NamedPipeException refusal = assertInstanceOf(NamedPipeException.class, failure(reader.write("against the flow")));
    assertEquals("write", refusal.operation());
    await(writer.close());
  }

  @Test
  void anEndThatOnlyWritesKnowsWhenAllWasRead() throws Exception {
    AnonymousPipe pipe = new AnonymousPipe();
    NamedPipeSocket writer = await(NamedPipes.adopt(vertx, pipe.writer));
    NamedPipeSocket reader = await(NamedPipes.adopt(vertx, pipe.reader));
    await(writer.write("unread"));
    Future<Void> flushed = writer.flush();
    Box<Buffer> read = read(reader);
    assertEquals("unread", Box.bytes(read, 6).toString());
    await(flushed);
    await(writer.flush());
  }

  @Test
  void anEndThatOnlyWritesStaysOpenWhenItIsResumed() throws Exception {
    AnonymousPipe pipe = new AnonymousPipe();
    NamedPipeSocket writer = await(NamedPipes.adopt(vertx, pipe.writer));
    writer.resume();
    NamedPipeSocket reader = await(NamedPipes.adopt(vertx, pipe.reader));
    Box<Buffer> read = read(reader);
    await(writer.write("still there"));
    assertEquals("still there", Box.bytes(read, 11).toString());
    assertEquals(null, writer.closeReason());
  }
}
