// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.examples.TransportExamples;
import dev.npipe.transport.NamedPipeTransport;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.client.WebClient;
import org.junit.jupiter.api.Test;

/** The examples of the page about the transport do what it says; those for grpc-java are run by GrpcJavaIT. */
class TransportExamplesIT extends PipeRig {

  @Override
  Vertx newVertx() {
    return TransportExamples.vertxWithPipes();
  }

  @Test
  void theEchoServerEchoes() throws Exception {
    await(TransportExamples.echoServer(vertx, name));
    NetClient client = vertx.createNetClient();
    NetSocket socket = await(client.connect(NamedPipeTransport.address(name)));
    Box<Buffer> heard = TransportNetIT.read(socket);
    await(socket.write("echo"));
    assertEquals("echo", Box.bytes(heard, 4).toString());
  }

  @Test
  void theHttpServerAnswersAndChats() throws Exception {
    await(TransportExamples.httpServer(vertx, name));
    WebClient web = WebClient.create(vertx);
    assertEquals("hello over HTTP_1_1", await(web.request(
        NamedPipeTransport.requestOptions("http+npipe://" + name)).send()).bodyAsString());
    WebSocketClient sockets = vertx.createWebSocketClient();
    WebSocket socket = await(TransportExamples.chat(sockets, name));
    Box<String> heard = new Box<>();
    socket.textMessageHandler(heard::put);
    await(socket.writeTextMessage("word"));
    assertEquals("word", heard.take());
  }

  @Test
  void theContainersAreListed() throws Exception {
    await(vertx.createHttpServer().requestHandler(request -> request.response().end(
        new JsonArray().add(request.uri()).encode())).listen(NamedPipeTransport.address(name)));
    WebClient web = WebClient.create(vertx);
    assertEquals(new JsonArray().add("/containers/json"), await(TransportExamples.dockerContainers(web, name)));
  }

  @Test
  void theOptionsAreTaken() throws Exception {
    Vertx withOptions = TransportExamples.vertxWithOptions(name, new JsonObject().put("securityDescriptor", "none"));
    await(TransportExamples.echoServer(withOptions, name));
    String refused = failure(TransportExamples.echoServer(withOptions, name + "-other")).getMessage();
    assertTrue(refused.contains("descriptor"), refused);
    await(withOptions.close());
  }
}
