// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A mistake in one handler goes where Vert.x tells of such, once, and costs nobody his connection. */
class ThrowingHandlersIT extends PipeRig {

  private final RuntimeException mistake = new IllegalStateException("a mistake of the application");
  private final Box<Throwable> told = new Box<>();

  @BeforeEach
  void listenToTheMistakes() {
    vertx.exceptionHandler(told::put);
  }

  private <T> Handler<T> throwingOnce(Handler<T> otherwise) {
    boolean[] thrown = {false};
    return event -> {
      if (!thrown[0]) {
        thrown[0] = true;
        throw mistake;
      }
      otherwise.handle(event);
    };
  }

  private void assertToldOnce() throws Exception {
    assertSame(mistake, told.take());
    assertEquals(0, told.size());
  }

  @Test
  void aConnectHandlerThatThrowsLeavesTheServerAccepting() throws Exception {
    await(NamedPipeServer.create(vertx)
        .connectHandler(throwingOnce(socket -> socket.handler(socket::write))).listen(name));
    NamedPipeClient client = NamedPipeClient.create(vertx);
    NamedPipeSocket first = await(client.connect(name));
    assertSame(mistake, told.take());
    NamedPipeSocket second = await(client.connect(name));
    Box<Buffer> echoed = read(second);
    await(second.write("served"));
    assertEquals("served", Box.bytes(echoed, 6).toString());
    assertNull(first.closeReason());
    assertEquals(0, told.size());
  }

  @Test
  void aDataHandlerThatThrowsLosesWhatItWasGivenAndNoMore() throws Exception {
    Pair pair = pair();
    Box<Buffer> read = new Box<>();
    pair.serverEnd.handler(throwingOnce(read::put)).resume();
    await(pair.clientEnd.write("thrown at"));
    assertToldOnce();
    await(pair.clientEnd.write("kept"));
    assertEquals("kept", Box.bytes(read, 4).toString());
    assertNull(pair.serverEnd.closeReason());
  }

  @Test
  void aCloseHandlerThatThrowsLeavesNothingOpen() throws Exception {
    Pair pair = pair();
    pair.serverEnd.closeHandler(throwingOnce(closed -> { })).resume();
    pair.clientEnd.resume();
    await(pair.clientEnd.close());
    assertToldOnce();
    assertEquals(0, (int) Settling.settled(() -> pair.server.acceptCounts().connections(), count -> count == 0));
  }
}
