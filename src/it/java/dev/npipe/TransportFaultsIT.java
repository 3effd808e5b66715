// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.transport.NamedPipeTransport;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** HTTP on a pipe, with ends that do not do as they should. */
class TransportFaultsIT extends TransportRig {

  private static final int CHUNK_BYTES = 16 * 1024;
  private static final int CHUNKS = 800;
  private static final int STREAMS = 40;
  private static final int GENERATIONS = 3;

  private final HttpClient plain = vertx.createHttpClient();

  private RequestOptions at(String uri) {
    return NamedPipeTransport.requestOptions("http+npipe://" + name + uri);
  }

  /** Writes chunks as long as the queue has room, until all are written; then ends. */
  private static void stream(HttpServerResponse response, AtomicInteger chunks) {
    while (!response.writeQueueFull() && chunks.get() < CHUNKS) {
      chunks.incrementAndGet();
      response.write(random(CHUNK_BYTES));
    }
    if (chunks.get() == CHUNKS && !response.ended()) {
      response.end();
    }
  }

  private HttpServer serve(AtomicInteger chunks, Box<String> ends) throws Exception {
    return await(vertx.createHttpServer().requestHandler(request -> {
      if (request.path().equals("/quick")) {
        request.response().end("quick");
        return;
      }
      HttpServerResponse response = request.response().setChunked(true);
      request.connection().closeHandler(closed -> ends.put("closed"));
      response.drainHandler(drained -> stream(response, chunks));
      stream(response, chunks);
      ends.put("full");
    }).listen(address));
  }

  private static void ask(NetSocket socket) throws Exception {
    await(socket.write("GET /much HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  }

  private void assertOthersAreServed() throws Exception {
    assertEquals("quick", await(plain.request(at("/quick")).compose(TransportHttpIT::body)).toString());
  }

  @Test
  void aPeerThatDoesNotReadHoldsItsOwnChunksBackOnly() throws Exception {
    AtomicInteger chunks = new AtomicInteger();
    Box<String> ends = new Box<>();
    serve(chunks, ends);
    NetClient client = vertx.createNetClient();
    NetSocket socket = onContext(() -> client.connect(address).map(NetSocket::pause));
    ask(socket);
    assertEquals("full", ends.take());
    assertOthersAreServed();
    int held = Settling.atRest(chunks::get);
    assertTrue(held < CHUNKS / 2, () -> held + " chunks were written with nobody reading");
    Box<Buffer> received = TransportNetIT.read(socket);
    socket.resume();
    Box.bytes(received, CHUNKS * CHUNK_BYTES);
    assertEquals(CHUNKS, chunks.get());
  }

  @Test
  void aPeerThatLeavesUnreadIsTheEndOfItsOwnResponse() throws Exception {
    Box<String> ends = new Box<>();
    serve(new AtomicInteger(), ends);
    NetClient client = vertx.createNetClient();
    NetSocket socket = onContext(() -> client.connect(address).map(NetSocket::pause));
    ask(socket);
    assertEquals("full", ends.take());
    await(socket.close());
    assertEquals("closed", ends.take());
    assertOthersAreServed();
  }

  @Test
  void aServerClosedUnderHttp2LoadEndsEveryStreamAndFreesItsName() throws Exception {
    HttpClient client = vertx.createHttpClient(new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2)
        .setHttp2ClearTextUpgrade(false), new PoolOptions().setHttp2MaxSize(4));
    for (int generation = 0; generation < GENERATIONS; generation++) {
      Box<String> begun = new Box<>();
      HttpServer server = await(vertx.createHttpServer().requestHandler(request -> {
        HttpServerResponse response = request.response().setChunked(true);
        AtomicInteger chunks = new AtomicInteger();
        response.drainHandler(drained -> stream(response, chunks));
        // Ends with the server.
        response.exceptionHandler(failure -> begun.put("failed"));
        stream(response, chunks);
        begun.put("begun");
      }).listen(address));
      List<Future<String>> outcomes = new ArrayList<>();
      for (int i = 0; i < STREAMS; i++) {
        outcomes.add(client.request(at("/" + i)).compose(TransportHttpIT::body)
            .map(body -> body.length() == CHUNKS * CHUNK_BYTES ? "whole" : "cut")
            .otherwise("failed"));
      }
      begun.take();
      await(server.close());
      await(Future.all(outcomes));
      for (Future<String> outcome : outcomes) {
        assertTrue(List.of("whole", "failed").contains(outcome.result()), outcome.result());
      }
    }
    Box<String> nothing = new Box<>();
    serve(new AtomicInteger(), nothing);
    assertOthersAreServed();
  }
}
