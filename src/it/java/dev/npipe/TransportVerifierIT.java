// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Vert.x's own servers, too, let nobody in whom the verifier of their pipe has not approved. */
class TransportVerifierIT extends TransportRig {

  private final NetClient client = vertx.createNetClient();
  private final Box<NetSocket> accepted = new Box<>();

  private void listen(boolean approved) throws Exception {
    transport.setServerOptions(new NamedPipeServerOptions().setPeerVerifier(peer ->
        Future.succeededFuture(approved && peer.processId().orElse(-1L) == ProcessHandle.current().pid())));
    await(vertx.createNetServer().connectHandler(socket -> {
      socket.handler(socket::write);
      accepted.put(socket);
    }).listen(address));
  }

  @Test
  void whoIsApprovedIsServed() throws Exception {
    listen(true);
    NetSocket socket = await(client.connect(address));
    Box<Buffer> echoed = new Box<>();
    socket.handler(echoed::put);
    socket.write("served");
    assertEquals("served", Box.bytes(echoed, 6).toString());
  }

  @Test
  void whoIsNotApprovedIsCutOff() throws Exception {
    listen(false);
    Box<String> closed = new Box<>();
    // On a context: from here the handler could come after the close.
    vertx.runOnContext(here -> client.connect(address).onSuccess(open ->
        open.closeHandler(end -> closed.put("closed"))));
    assertEquals("closed", closed.take());
    assertEquals(0, accepted.size());
    assertEquals(1, transport.refusedPeers(name.toUpperCase(Locale.ROOT)));
    assertEquals(0, transport.refusedPeers(name + "-other"));
  }

  /** The context that the verifier is called on, for a server that listens from a context, or from none. */
  private Optional<Context> verifiesOn(Context listening) throws Exception {
    Box<Optional<Context>> called = new Box<>();
    transport.setServerOptions(new NamedPipeServerOptions().setPeerVerifier(peer -> {
      called.put(Optional.ofNullable(Vertx.currentContext()));
      return Future.succeededFuture(true);
    }));
    NetServer server = vertx.createNetServer().connectHandler(accepted::put);
    await(Future.<NetServer>future(done -> {
      if (listening == null) {
        server.listen(address).onComplete(done);
      } else {
        listening.runOnContext(here -> server.listen(address).onComplete(done));
      }
    }));
    await(client.connect(address));
    accepted.take();
    await(server.close());
    return called.take();
  }

  @Test
  void theVerifierIsCalledOnTheContextThatItsServerListensFrom() throws Exception {
    Context worker = ((VertxInternal) vertx).createWorkerContext();
    assertEquals(worker, verifiesOn(worker).orElseThrow());
    Context loop = ((VertxInternal) vertx).createEventLoopContext();
    assertEquals(loop, verifiesOn(loop).orElseThrow());
  }

  @Test
  void theVerifierOfAServerThatListensFromNoContextIsCalledWhereClientsAreAccepted() throws Exception {
    assertEquals(Optional.empty(), verifiesOn(null));
  }
}
