// SPDX-License-Identifier: Apache-2.0
package dev.npipe.examples;

import dev.npipe.NamedPipeServerOptions;
import dev.npipe.SecurityPreset;
import dev.npipe.channel.NamedPipeAddress;
import dev.npipe.channel.NamedPipeChannel;
import dev.npipe.channel.NamedPipeChannelOption;
import dev.npipe.channel.NamedPipeServerChannel;
import dev.npipe.channel.PipeSecurity;
import dev.npipe.transport.NamedPipeTransport;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;

/** The examples of the page about the transport, word for word. */
public final class TransportExamples {

  private TransportExamples() {
  }

  public static Vertx vertxWithPipes() {
    return Vertx.builder()
        .withTransport(NamedPipeTransport.create())
        .build();
  }

  public static Future<NetServer> echoServer(Vertx vertx, String name) {
    return vertx.createNetServer()
        .connectHandler(socket -> socket.handler(socket::write))
        .listen(SocketAddress.domainSocketAddress("\\\\.\\pipe\\" + name));
  }

  public static Future<HttpServer> httpServer(Vertx vertx, String name) {
    return vertx.createHttpServer()
        .requestHandler(request -> request.response().end("hello over " + request.version()))
        .webSocketHandler(socket -> socket.textMessageHandler(socket::writeTextMessage))
        .listen(NamedPipeTransport.address(name));
  }

  public static Future<JsonArray> dockerContainers(WebClient client, String engine) {
    return client.request(NamedPipeTransport.requestOptions("http+npipe://./pipe/" + engine + "/containers/json"))
        .send()
        .map(HttpResponse::bodyAsJsonArray);
  }

  public static Future<WebSocket> chat(WebSocketClient client, String name) {
    return client.connect(NamedPipeTransport.webSocketOptions("http+npipe://./pipe/" + name + "/chat"));
  }

  public static Vertx vertxWithOptions(String name, JsonObject others) {
    NamedPipeTransport transport = NamedPipeTransport.create()
        .setServerOptions(name, new NamedPipeServerOptions()
            .setSecurityPreset(SecurityPreset.AUTHENTICATED_USERS)
            .setMaxInstances(100))
        .setServerOptions(new NamedPipeServerOptions(others));
    return Vertx.builder().withTransport(transport).build();
  }

  public static Server grpcServer(EventLoopGroup group, String name, ServerServiceDefinition service) {
    return NettyServerBuilder.forAddress(NamedPipeAddress.of(name))
        .channelFactory(NamedPipeServerChannel::new)
        .bossEventLoopGroup(group)
        .workerEventLoopGroup(group)
        .withOption(NamedPipeChannelOption.PIPE_SECURITY, PipeSecurity.currentUser())
        .addService(service)
        .build();
  }

  public static ManagedChannel grpcChannel(EventLoopGroup group, String name) {
    return NettyChannelBuilder.forAddress(NamedPipeAddress.of(name))
        .channelFactory(NamedPipeChannel::new)
        .eventLoopGroup(group)
        .overrideAuthority("localhost")
        .usePlaintext()
        .build();
  }
}
