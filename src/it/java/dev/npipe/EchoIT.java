// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EchoIT extends PipeRig {

  private final NamedPipeClient client = NamedPipeClient.create(vertx);

  @Test
  void whatIsWrittenComesBack() throws Exception {
    echo();
    NamedPipeSocket socket = await(client.connect(name));
    Box<Buffer> echoed = read(socket);
    await(socket.write("hello"));
    assertEquals("hello", Box.bytes(echoed, 5).toString());
    await(socket.write("\u00e9", "ISO-8859-1"));
    assertEquals(Buffer.buffer(new byte[] {(byte) 0xe9}), Box.bytes(echoed, 1));
  }

  @Test
  void aLargeTransferArrivesWhole() throws Exception {
    echo();
    NamedPipeSocket socket = await(client.connect(name));
    Box<Buffer> echoed = read(socket);
    Buffer sent = random(8 * 1024 * 1024);
    Future<Void> written = socket.write(sent);
    assertEquals(sent, Box.bytes(echoed, sent.length()));
    await(written);
  }

  @Test
  void manyClientsAreServedAtOnce() throws Exception {
    echo();
    List<Future<NamedPipeSocket>> connects = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      connects.add(client.connect(name));
    }
    for (int i = 0; i < connects.size(); i++) {
      NamedPipeSocket socket = await(connects.get(i));
      Box<Buffer> echoed = read(socket);
      await(socket.write("client " + i));
      assertEquals("client " + i, Box.bytes(echoed, ("client " + i).length()).toString());
    }
  }

  @Test
  void bothEndsKnowTheNameAndThePeer() throws Exception {
    Pair pair = pair();
    assertEquals("\\\\.\\pipe\\" + name, pair.serverEnd.path());
    assertEquals(pair.serverEnd.path(), pair.clientEnd.path());
    assertEquals(pair.serverEnd.path(), pair.server.path());
    assertEquals(pair.serverEnd.peerProcessId(), pair.clientEnd.peerProcessId());
  }

  @Test
  void aLastBufferArrivesBeforeTheEnd() throws Exception {
    Pair pair = pair();
    Box<String> events = new Box<>();
    Buffer received = Buffer.buffer();
    pair.clientEnd.handler(received::appendBuffer)
        .endHandler(end -> events.put("end"))
        .closeHandler(closed -> events.put("closed"))
        .resume();
    Buffer sent = random(300_000);
    pair.serverEnd.write(sent.slice(0, 200_000));
    await(pair.serverEnd.end(sent.slice(200_000, 300_000)));
    assertEquals("end", events.take());
    assertEquals("closed", events.take());
    assertEquals(sent, received);
  }

  @Test
  void aFileKeepsItsPlaceAmongTheWrites(@TempDir Path directory) throws Exception {
    Pair pair = pair();
    Buffer content = random(500_000);
    Path file = Files.write(directory.resolve("file"), content.getBytes());
    Box<Buffer> received = read(pair.serverEnd);
    pair.clientEnd.write("before");
    Future<Void> sent = pair.clientEnd.sendFile(file.toString(), 1000, 400_000);
    await(pair.clientEnd.end(Buffer.buffer("after")));
    await(sent);
    assertEquals(Buffer.buffer("before").appendBuffer(content.slice(1000, 401_000)).appendString("after"),
        Box.bytes(received, 400_011));
    Files.delete(file);
  }

  @Test
  void aFileThatIsNotThereFailsAndLeavesTheSocketOpen() throws Exception {
    Pair pair = pair();
    assertInstanceOf(IOException.class, failure(pair.clientEnd.sendFile("no such file")));
    assertThrows(IllegalArgumentException.class, () -> pair.clientEnd.sendFile("x", -1, 1));
    Box<Buffer> received = read(pair.serverEnd);
    await(pair.clientEnd.write("still here"));
    assertTrue(Box.bytes(received, 10).toString().startsWith("still"));
  }

  @Test
  void oneSocketPipesToAnother() throws Exception {
    Pair pair = pair();
    Box<NamedPipeSocket> accepted = new Box<>();
    NamedPipeServer sink = NamedPipeServer.create(vertx).connectHandler(socket -> accepted.put(socket.pause()));
    await(sink.listen(name + "-sink"));
    NamedPipeSocket out = await(client.connect(name + "-sink"));
    Box<Buffer> received = read(accepted.take());
    Future<Void> piped = pair.serverEnd.pipeTo(out);
    Buffer sent = random(1_000_000);
    await(pair.clientEnd.end(sent));
    await(piped);
    assertEquals(sent, Box.bytes(received, sent.length()));
  }
}
