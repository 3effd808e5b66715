// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.transport.NamedPipeTransport;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.JsonEvent;
import io.vertx.core.parsetools.JsonParser;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Docker Engine API by WebClient; the engine is a stand-in of Node's. */
class DockerEngineIT extends TransportRig {

  private final HttpClient http = vertx.createHttpClient();
  private final WebClient web = WebClient.wrap(http);

  private ForeignClient engine;

  @BeforeEach
  void startTheEngine() throws Exception {
    engine = Capability.NODE.script("src/it/node/docker.js", address.path());
    await(Capability.listening(vertx, name));
  }

  @AfterEach
  void stopTheEngine() {
    if (engine != null) {
      engine.close();
    }
  }

  private RequestOptions at(HttpMethod method, String uri) {
    return NamedPipeTransport.requestOptions("http+npipe://./pipe/" + name + uri).setMethod(method);
  }

  private HttpRequest<Buffer> ask(HttpMethod method, String uri) {
    return web.request(at(method, uri));
  }

  private String createContainer() throws Exception {
    HttpResponse<Buffer> created = await(ask(HttpMethod.POST, "/v1.43/containers/create?name=greeter")
        .sendJsonObject(new JsonObject().put("Image", "nanoserver").put("Cmd", new JsonArray().add("echo").add("hi"))));
    assertEquals(201, created.statusCode());
    return created.bodyAsJsonObject().getString("Id");
  }

  @Test
  void theEngineTellsItsVersionAndWhatItLacks() throws Exception {
    HttpResponse<Buffer> ping = await(ask(HttpMethod.GET, "/_ping").send());
    assertEquals("OK 1.43", ping.bodyAsString() + " " + ping.getHeader("Api-Version"));
    assertEquals("windows", await(ask(HttpMethod.GET, "/v1.43/version").send()).bodyAsJsonObject().getString("Os"));
    HttpResponse<Buffer> missing = await(ask(HttpMethod.POST, "/v1.43/containers/nobody/start").send());
    assertEquals(404, missing.statusCode());
    assertEquals("No such container: nobody", missing.bodyAsJsonObject().getString("message"));
  }

  @Test
  void aContainerLivesAndItsEventsAreHeard() throws Exception {
    Box<String> events = new Box<>();
    HttpClientResponse listening = await(http.request(at(HttpMethod.GET, "/v1.43/events"))
        .compose(request -> request.send().onSuccess(response ->
            JsonParser.newParser(response).objectValueMode().handler((JsonEvent event) ->
                events.put(event.objectValue().getString("Action"))))));
    assertEquals(200, listening.statusCode());
    String id = createContainer();
    assertEquals("create", events.take());
    assertEquals(204, await(ask(HttpMethod.POST, "/v1.43/containers/" + id + "/start").send()).statusCode());
    assertEquals("start", events.take());
    JsonObject container = await(ask(HttpMethod.GET, "/v1.43/containers/json?all=1").send())
        .bodyAsJsonArray().getJsonObject(0);
    assertEquals("running", container.getString("State"));
    Buffer logs = await(ask(HttpMethod.GET, "/v1.43/containers/" + id + "/logs?stdout=1&stderr=1").send()).body();
    assertEquals(1, logs.getByte(0));
    assertEquals("ran echo hi\n", logs.getString(8, 8 + logs.getInt(4)));
    assertEquals(204, await(ask(HttpMethod.DELETE, "/v1.43/containers/" + id).send()).statusCode());
    assertEquals("destroy", events.take());
  }

  @Test
  void attachingTakesTheConnectionOver() throws Exception {
    String id = createContainer();
    NetClient client = vertx.createNetClient();
    NetSocket socket = onContext(() -> client.connect(address).map(NetSocket::pause));
    Box<Buffer> heard = TransportNetIT.read(socket);
    socket.resume();
    await(socket.write("POST /v1.43/containers/" + id + "/attach?stream=1&stdin=1 HTTP/1.1\r\nHost: localhost\r\n"
        + "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n"));
    String head = heard.take().toString();
    assertTrue(head.startsWith("HTTP/1.1 101 UPGRADED\r\n") && head.endsWith("\r\n\r\n"), head);
    await(socket.write("typed"));
    assertEquals("TYPED", Box.bytes(heard, 5).toString());
    await(socket.close());
    assertTrue(await(ask(HttpMethod.GET, "/_ping").send()).bodyAsString().startsWith("OK"));
  }
}
