// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.npipe.transport.NamedPipeTransport;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HTTP with Node.js at the other end of the pipe, as client and as server. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class NodeHttpIT extends TransportRig {

  private static final String SCRIPT = "src/it/node/http.js";
  private static final int MUCH_MIB = 100;
  private static final int TRANSFER_SECONDS = 100;

  private ForeignClient nodeServer;
  private final HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(1));

  @BeforeEach
  void needsNode() {
    Capability.NODE.require();
  }

  private String node(String command, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(command, address.path()));
    all.addAll(List.of(arguments));
    try (ForeignClient node = Capability.NODE.script(SCRIPT, all.toArray(String[]::new))) {
      return node.success();
    }
  }

  private void serve() throws Exception {
    await(vertx.createHttpServer()
        .requestHandler(this::answer)
        .webSocketHandler(socket -> socket.binaryMessageHandler(socket::writeBinaryMessage))
        .listen(address));
  }

  private void answer(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    switch (request.path()) {
      case "/hello" -> response.end("hello " + request.method() + " ?" + request.query());
      case "/chunked" -> {
        response.setChunked(true);
        response.write("one").compose(one -> response.write("two")).onSuccess(two -> response.end("three"));
      }
      case "/upload" -> Content.receive(request).onSuccess(response::end);
      default -> Content.send(response.setChunked(true).putHeader("Trailer", "sha256"),
              Integer.parseInt(request.getParam("mib")))
          .onSuccess(summary -> response.putTrailer("sha256", summary.split(" ")[1]).end());
    }
  }

  /** Starts a server of Node's; when this returns, it is listening. */
  private void startNodeServer() throws Exception {
    nodeServer = Capability.NODE.script(SCRIPT, "serve", address.path());
    await(Capability.listening(vertx, name));
  }

  @AfterEach
  void stopNodeServer() {
    if (nodeServer != null) {
      nodeServer.close();
    }
  }

  private RequestOptions at(String uri) {
    return NamedPipeTransport.requestOptions("http+npipe://" + name + uri);
  }

  private static String awaitTransfer(Future<String> transfer) throws Exception {
    return transfer.toCompletionStage().toCompletableFuture().get(TRANSFER_SECONDS, TimeUnit.SECONDS);
  }

  private Future<Buffer> get(String uri) {
    return client.request(at(uri)).compose(TransportHttpIT::body);
  }

  @Test
  void nodeAsksAVertxServerOverOneConnection() throws Exception {
    serve();
    assertEquals("hello GET ?0\n1 connection\nchunked onetwothree", node("basics"));
  }

  @Test
  void nodeUploadsAndDownloadsMuch() throws Exception {
    serve();
    assertEquals("upload match\ndownload match", node("transfer", "" + MUCH_MIB));
  }

  @Test
  void aWebSocketOfNodesIsEchoed() throws Exception {
    Capability.requireNodeModules();
    serve();
    assertEquals("0 match\n100 match\n60000 match\nclosed 1000", node("websocket"));
  }

  @Test
  void vertxAsksANodeServerOverOneConnection() throws Exception {
    startNodeServer();
    for (int i = 0; i < 10; i++) {
      assertEquals("hello GET ?" + i + " from localhost", await(get("/hello?" + i)).toString());
    }
    assertEquals("onetwothree", await(get("/chunked")).toString());
    assertEquals("1 connection", await(get("/connections")).toString());
  }

  @Test
  void aWebSocketOfVertxIsEchoedByNode() throws Exception {
    Capability.requireNodeModules();
    startNodeServer();
    WebSocketClient sockets = vertx.createWebSocketClient();
    WebSocket socket = await(sockets.connect(NamedPipeTransport.webSocketOptions("http+npipe://" + name + "/chat")));
    Box<Buffer> heard = new Box<>();
    socket.binaryMessageHandler(heard::put);
    for (int size : new int[] {0, 100, 60_000}) {
      Buffer sent = random(size);
      await(socket.writeBinaryMessage(sent));
      assertEquals(sent, heard.take());
    }
    await(socket.close());
  }

  @Test
  void vertxUploadsMuch() throws Exception {
    startNodeServer();
    String[] sent = new String[1];
    String received = awaitTransfer(client.request(at("/upload").setMethod(HttpMethod.POST)).compose(request -> {
      request.setChunked(true);
      return Content.send(request, MUCH_MIB).compose(summary -> {
        sent[0] = summary;
        return request.end();
      }).compose(ended -> request.response()).compose(HttpClientResponse::body).map(Buffer::toString);
    }));
    assertEquals(MUCH_MIB * Content.MIB, Integer.parseInt(sent[0].split(" ")[0]));
    assertEquals(sent[0], received);
  }

  @Test
  void vertxDownloadsMuch() throws Exception {
    startNodeServer();
    HttpClientResponse[] response = new HttpClientResponse[1];
    String received = awaitTransfer(client.request(at("/download?mib=" + MUCH_MIB)).compose(request -> request.send()
        .compose(answer -> {
          response[0] = answer;
          return Content.receive(answer);
        })));
    assertEquals(MUCH_MIB * Content.MIB + " " + response[0].getTrailer("sha256"), received);
  }
}
