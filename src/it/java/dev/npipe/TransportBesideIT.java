// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.dns.DnsClient;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is no pipe, beside pipes and on the same event loops. */
class TransportBesideIT extends TransportRig {

  private static final int ROUNDS = 200;
  private static final String HOST = "127.0.0.1";

  private final NetClient client = vertx.createNetClient();

  /** Sends a number as text when the one before has come back. */
  private static Future<Void> pingPong(NetSocket socket) {
    return Future.future(done -> {
      int[] round = {0};
      socket.handler(buffer -> {
        if (!buffer.toString().equals("ping " + round[0])) {
          done.tryFail("not ping " + round[0] + ": " + buffer);
        } else if (++round[0] == ROUNDS) {
          done.tryComplete();
        } else {
          socket.write("ping " + round[0]);
        }
      });
      socket.closeHandler(closed -> done.tryFail("closed"));
      socket.write("ping 0");
    });
  }

  private NetServer echo(SocketAddress at) throws Exception {
    return await(vertx.createNetServer().connectHandler(socket -> socket.handler(socket::write)).listen(at));
  }

  @Test
  void pipesAndTcpCarryTrafficTogether() throws Exception {
    echo(address);
    int port = echo(SocketAddress.inetSocketAddress(0, HOST)).actualPort();
    List<Future<Void>> games = new ArrayList<>();
    for (int i = 0; i < 2 * EVENT_LOOPS; i++) {
      games.add(client.connect(address).compose(TransportBesideIT::pingPong));
      games.add(client.connect(port, HOST).compose(TransportBesideIT::pingPong));
    }
    await(Future.all(games));
  }

  @Test
  void udpCarriesDatagrams() throws Exception {
    echo(address);
    Box<Buffer> received = new Box<>();
    DatagramSocket receiver = await(vertx.createDatagramSocket().handler(packet -> received.put(packet.data()))
        .listen(0, HOST));
    NetSocket socket = await(client.connect(address));
    Future<Void> game = pingPong(socket);
    DatagramSocket sender = vertx.createDatagramSocket();
    await(sender.send("datagram", receiver.localAddress().port(), HOST));
    assertEquals("datagram", received.take().toString());
    await(game);
  }

  @Test
  void dnsIsAskedAndAnswers() throws Exception {
    DatagramSocket server = await(vertx.createDatagramSocket().listen(0, HOST));
    server.handler(query -> {
      // The question again, with the flags of an answer, one answer, and its pointer to the name, type, class and life.
      Buffer answer = query.data().copy().setShort(2, (short) 0x8180).setShort(6, (short) 1).setShort(10, (short) 0);
      int question = 12;
      while (answer.getByte(question) != 0) {
        question += answer.getByte(question) + 1;
      }
      answer = answer.slice(0, question + 5).copy().appendShort((short) 0xc00c).appendShort((short) 1)
          .appendShort((short) 1).appendInt(60).appendShort((short) 4).appendBytes(new byte[] {10, 1, 2, 3});
      server.send(answer, query.sender().port(), query.sender().host());
    });
    DnsClient dns = vertx.createDnsClient(server.localAddress().port(), HOST);
    assertEquals("10.1.2.3", await(dns.lookup4("pipe.example")));
  }

  /** How listening and connecting on a path end: with an echo, or with what kind of failure. */
  private static String outcome(Vertx vertx, String path) throws Exception {
    NetClient client = vertx.createNetClient();
    SocketAddress at = SocketAddress.domainSocketAddress(path);
    Future<String> echoed = vertx.createNetServer().connectHandler(socket -> socket.handler(socket::write)).listen(at)
        .compose(server -> client.connect(at))
        .compose(socket -> Future.future(promise -> {
          socket.handler(buffer -> promise.tryComplete(buffer.toString()));
          socket.write("echo");
        }));
    String outcome = await(echoed.otherwise(cause -> cause.getClass().getName()));
    await(client.close());
    return outcome;
  }

  @Test
  void aPathOfAFileEndsAsItDoesWithoutTheTransport(@TempDir Path folder) throws Exception {
    Vertx plain = Vertx.vertx();
    String without = outcome(plain, folder.resolve("plain").toString());
    await(plain.close());
    assertEquals(without, outcome(vertx, folder.resolve("with").toString()));
  }

  @Test
  void withoutTheTransportAPathOfAPipeReachesNoPipeAndTheErrorNamesTheTransport() throws Exception {
    NetServer server = echo(address);
    Vertx plain = Vertx.vertx();
    for (Future<?> failed : List.of(plain.createNetClient().connect(address),
        plain.createNetServer().connectHandler(socket -> { }).listen(address),
        plain.createHttpServer().requestHandler(request -> { }).listen(address))) {
      String message = assertInstanceOf(IllegalStateException.class, failure(failed)).getMessage();
      assertTrue(message.contains("withTransport(NamedPipeTransport.create())"), message);
    }
    assertFalse(plain.isNativeTransportEnabled());
    await(plain.close());
    await(server.close());
  }
}
