// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vertx.core.buffer.Buffer;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;

/** Servers, clients and sockets that nobody refers to live until they are closed. */
class GarbageCollectionIT extends PipeRig {

  private static final int COLLECTIONS = 3;

  private final Box<NamedPipeSocket> accepted = new Box<>();

  /** Returns when what nobody refers to is gone, and gone again. */
  private static void collect() throws Exception {
    for (int i = 0; i < COLLECTIONS; i++) {
      WeakReference<Object> garbage = new WeakReference<>(new Object());
      assertNull(Settling.settled(() -> {
        System.gc();
        return garbage.get();
      }, left -> left == null));
    }
  }

  private void listen() throws Exception {
    await(NamedPipeServer.create(vertx).connectHandler(socket -> socket.handler(socket::write)).listen(name));
  }

  private void connect() throws Exception {
    await(NamedPipeClient.create(vertx).connect(name).onSuccess(socket -> socket.handler(socket::write)));
  }

  private static void assertEchoes(NamedPipeSocket peer) throws Exception {
    Box<Buffer> answers = read(peer);
    await(peer.write("still there?"));
    assertEquals("still there?", Box.bytes(answers, 12).toString());
  }

  @Test
  void aServerAndItsSocketsThatNobodyRefersToGoOnServing() throws Exception {
    listen();
    NamedPipeSocket early = await(NamedPipeClient.create(vertx).connect(name));
    collect();
    assertEchoes(early);
    assertEchoes(await(NamedPipeClient.create(vertx).connect(name)));
  }

  @Test
  void aClientAndItsSocketThatNobodyRefersToGoOnAnswering() throws Exception {
    await(NamedPipeServer.create(vertx).connectHandler(accepted::put).listen(name));
    connect();
    NamedPipeSocket serverEnd = accepted.take();
    collect();
    assertEchoes(serverEnd);
  }
}
