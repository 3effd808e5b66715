// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.npipe.channel.CloseReason;
import io.vertx.core.Vertx;
import io.vertx.junit5.Checkpoint;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How an application tests what it does with pipes: by vertx-junit5, whose Vert.x closes what a test has left open. */
@ExtendWith(VertxExtension.class)
class VertxExtensionIT {

  private static final String NAME = "npipe-it-extension-" + ProcessHandle.current().pid();

  @Test
  void aServerAnswersAndHearsThatItsClientHasLeft(Vertx vertx, VertxTestContext test) {
    Checkpoint answered = test.checkpoint();
    Checkpoint left = test.checkpoint();
    NamedPipeServer.create(vertx)
        .connectHandler(socket -> {
          socket.handler(question -> socket.write("you said " + question));
          socket.closeHandler(closed -> test.verify(() -> {
            assertEquals(CloseReason.PEER_CLOSED, socket.closeReason());
            left.flag();
          }));
        })
        .listen(NAME)
        .compose(server -> NamedPipeClient.create(vertx).connect(server.path()))
        .onComplete(test.succeeding(socket -> {
          socket.handler(answer -> test.verify(() -> {
            assertEquals("you said hello", answer.toString());
            answered.flag();
            socket.close();
          }));
          socket.write("hello").onFailure(test::failNow);
        }));
  }

  @Test
  void bothEndsOfAPairAreAtHandWithoutAName(Vertx vertx, VertxTestContext test) {
    Map<String, Checkpoint> arrived = Map.of("one", test.checkpoint(), "two", test.checkpoint());
    NamedPipeServerOptions messages = new NamedPipeServerOptions().setMessageMode(true);
    NamedPipes.pair(vertx, messages, new NamedPipeClientOptions().setMessageMode(true))
        .onComplete(test.succeeding(pair -> {
          pair.serverEnd().messageHandler(question -> pair.serverEnd().writeMessage(question)).resume();
          pair.clientEnd().messageHandler(answer -> test.verify(() -> arrived.get(answer.toString()).flag())).resume();
          pair.clientEnd().write("one");
          pair.clientEnd().write("two");
        }));
  }
}
