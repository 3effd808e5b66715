// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.transport.NamedPipeTransport;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** HTTP on a pipe, both ends Vert.x's own. */
class TransportHttpIT extends TransportRig {

  /** The ways two ends come to speak HTTP. */
  enum Protocol {

    HTTP_1_1(HttpVersion.HTTP_1_1, () -> new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_1_1)),
    H2C_BY_UPGRADE(HttpVersion.HTTP_2, () -> new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2)),
    H2C_AT_ONCE(HttpVersion.HTTP_2, () -> new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2)
        .setHttp2ClearTextUpgrade(false));

    private final HttpVersion version;
    private final Supplier<HttpClientOptions> options;

    Protocol(HttpVersion version, Supplier<HttpClientOptions> options) {
      this.version = version;
      this.options = options;
    }
  }

  private HttpServer serve(HttpServerOptions options, Handler<HttpServerRequest> handler) throws Exception {
    return await(vertx.createHttpServer(options).requestHandler(handler).listen(address));
  }

  private RequestOptions at(String uri) {
    return NamedPipeTransport.requestOptions("http+npipe://" + name + uri);
  }

  private static Future<Buffer> get(HttpClient client, RequestOptions request) {
    return client.request(request).compose(TransportHttpIT::body);
  }

  /** Asked for where the request is sent: a body that comes before anybody asks for it is nobody's. */
  static Future<Buffer> body(HttpClientRequest request) {
    return request.send().compose(HttpClientResponse::body);
  }

  @ParameterizedTest
  @EnumSource
  void requestsAreAnswered(Protocol protocol) throws Exception {
    Buffer large = random(1_000_000);
    serve(new HttpServerOptions(), request -> {
      assertEquals(protocol.version, request.version());
      request.body().onSuccess(body -> {
        request.response().setChunked(true).putHeader("asked", request.authority() + request.uri());
        request.response().end(body);
      });
    });
    HttpClient client = vertx.createHttpClient(protocol.options.get());
    for (Buffer sent : new Buffer[] {Buffer.buffer("small"), large, Buffer.buffer("again")}) {
      HttpClientResponse response = await(client.request(at("/echo?q=1").setMethod(HttpMethod.POST))
          .compose(post -> post.send(sent).compose(answer -> answer.body().map(answer))));
      assertEquals("localhost/echo?q=1", response.getHeader("asked"));
      assertEquals(sent, await(response.body()));
    }
  }

  @Test
  void oneConnectionServesManyRequests() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    await(vertx.createHttpServer().connectionHandler(connection -> connections.incrementAndGet())
        .requestHandler(request -> request.response().end(request.path())).listen(address));
    HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(1));
    for (int i = 0; i < 20; i++) {
      assertEquals("/" + i, await(get(client, at("/" + i))).toString());
    }
    assertEquals(1, connections.get());
  }

  @Test
  void aFileIsSent(@TempDir Path folder) throws Exception {
    Buffer content = random(500_000);
    Path file = Files.write(folder.resolve("file"), content.getBytes());
    serve(new HttpServerOptions(), request -> request.response().sendFile(file.toString()));
    HttpClient client = vertx.createHttpClient();
    assertEquals(content, await(get(client, at("/"))));
    Files.delete(file);
  }

  @Test
  void webSocketsCarryMessagesBothWays() throws Exception {
    await(vertx.createHttpServer(new HttpServerOptions().addWebSocketSubProtocol("words")).webSocketHandler(socket -> {
      assertEquals("localhost/chat words", socket.authority() + socket.path() + " " + socket.subProtocol());
      socket.textMessageHandler(text -> socket.writeTextMessage("heard " + text));
      socket.binaryMessageHandler(socket::writeBinaryMessage);
    }).listen(address));
    WebSocketClient client = vertx.createWebSocketClient();
    WebSocket socket = await(client.connect(
        NamedPipeTransport.webSocketOptions("http+npipe://" + name + "/chat").addSubProtocol("words")));
    Box<Object> heard = new Box<>();
    socket.textMessageHandler(heard::put);
    socket.binaryMessageHandler(heard::put);
    await(socket.writeTextMessage("word"));
    assertEquals("heard word", heard.take());
    Buffer large = random(60_000);
    await(socket.writeBinaryMessage(large));
    assertEquals(large, heard.take());
    await(socket.close());
  }

  @Test
  void theWebClientTakesThePipeAsServer() throws Exception {
    serve(new HttpServerOptions(), request -> request.response().end(
        new JsonObject().put("host", request.authority().toString()).put("uri", request.uri()).encode()));
    WebClient client = WebClient.create(vertx);
    JsonObject answer = await(client.request(at("/v1/info?all=1").setHost("engine")).send())
        .bodyAsJsonObject();
    assertEquals(new JsonObject().put("host", "engine").put("uri", "/v1/info?all=1"), answer);
    assertEquals("/direct", await(client.request(HttpMethod.GET, address, 80, "localhost", "/direct").send())
        .bodyAsJsonObject().getString("uri"));
  }

  @Test
  void tlsInsideThePipeNegotiatesHttp2() throws Exception {
    Certificate certificate = new Certificate();
    await(vertx.createHttpServer(new HttpServerOptions().setSsl(true).setUseAlpn(true)
            .setKeyCertOptions(certificate.key()))
        .requestHandler(request -> request.response().end(request.version() + " " + request.isSSL()))
        .listen(address));
    HttpClient client = vertx.createHttpClient(new HttpClientOptions().setUseAlpn(true)
        .setProtocolVersion(HttpVersion.HTTP_2).setTrustOptions(certificate.trust()));
    assertEquals("HTTP_2 true", await(get(client,
        NamedPipeTransport.requestOptions("https+npipe://" + name + "/"))).toString());
  }

  @Test
  void tcpIsServedByTheSameClientAndServer() throws Exception {
    Handler<HttpServerRequest> answer = request -> request.response().end(request.path());
    serve(new HttpServerOptions(), answer);
    HttpServer tcp = await(vertx.createHttpServer().requestHandler(answer).listen(0, "127.0.0.1"));
    HttpClient client = vertx.createHttpClient();
    for (int i = 0; i < 5; i++) {
      assertEquals("/pipe", await(get(client, at("/pipe"))).toString());
      assertTrue(await(client.request(HttpMethod.GET, tcp.actualPort(), "127.0.0.1", "/tcp")
          .compose(TransportHttpIT::body)).toString().endsWith("/tcp"));
    }
  }
}
