// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.npipe.channel.NamedPipeAddress;
import dev.npipe.channel.NamedPipeChannel;
import dev.npipe.transport.NamedPipeTransport;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.EventLoopGroup;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HTTP/2 and gRPC on a pipe, with client and server in JVMs of their own. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TwoJvmsIT extends TransportRig {

  private static final int MESSAGES = 200;
  private static final int STREAMS = 3;
  private static final int MIB = 4;

  private static final String SERVED = "npipe-it-other-" + ProcessHandle.current().pid();

  private static OtherJvm other;

  @BeforeAll
  static void startTheServer() throws Exception {
    other = OtherJvm.serving(SERVED);
  }

  @AfterAll
  static void stopTheServer() throws Exception {
    other.end();
  }

  @BeforeEach
  void waitForTheServer() throws Exception {
    await(Capability.listening(vertx, SERVED));
  }

  @Test
  void http2StreamsArriveWholeSideBySide() throws Exception {
    HttpClient client = vertx.createHttpClient(new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2)
        .setHttp2ClearTextUpgrade(false));
    List<Future<String>> streams = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      HttpClientResponse[] response = new HttpClientResponse[1];
      streams.add(client.request(NamedPipeTransport.requestOptions("http+npipe://" + SERVED + "/?mib=" + MIB))
          .compose(request -> request.send().compose(answer -> {
            response[0] = answer;
            return Content.receive(answer);
          }))
          .map(received -> received.equals(response[0].getTrailer("summary"))
              ? response[0].getTrailer("served") : "not what was sent"));
    }
    for (Future<String> stream : streams) {
      assertEquals("HTTP_2 " + other.pid(), await(stream));
    }
  }

  @Test
  void grpcOfVertxCallsAndStreams() throws Exception {
    GrpcClient client = GrpcClient.client(vertx);
    assertEquals("one word", await(client.request(NamedPipeTransport.address(SERVED), GrpcMethods.CALLED_UNARY)
        .compose(call -> call.send(Buffer.buffer("word")).compose(GrpcClientResponse::last))).toString());
    List<String> heard = await(client.request(NamedPipeTransport.address(SERVED), GrpcMethods.CALLED_STREAM)
        .compose(this::converse));
    assertEquals(IntStream.range(0, MESSAGES).mapToObj(i -> "each " + i).collect(Collectors.toList()), heard);
  }

  private Future<List<String>> converse(GrpcClientRequest<Buffer, Buffer> call) {
    Promise<List<String>> all = Promise.promise();
    List<String> heard = new ArrayList<>();
    call.response().onFailure(all::tryFail).onSuccess(response -> {
      response.handler(message -> heard.add(message.toString()));
      response.endHandler(ended -> all.tryComplete(heard));
    });
    for (int i = 0; i < MESSAGES; i++) {
      call.write(Buffer.buffer("" + i));
    }
    call.end();
    return all.future();
  }

  @Test
  void grpcJavaCallsAndStreams() throws Exception {
    EventLoopGroup group = Driver.current().newEventLoops(1);
    ManagedChannel channel = NettyChannelBuilder.forAddress(NamedPipeAddress.of(SERVED))
        .channelFactory(NamedPipeChannel::new).eventLoopGroup(group)
        .overrideAuthority("localhost").usePlaintext().build();
    try {
      assertEquals("one word", ClientCalls.blockingUnaryCall(channel, GrpcMethods.JAVA_UNARY, CallOptions.DEFAULT,
          "word"));
      TextObserver heard = new TextObserver();
      var call = ClientCalls.asyncBidiStreamingCall(
          channel.newCall(GrpcMethods.JAVA_STREAM, CallOptions.DEFAULT), heard);
      for (int i = 0; i < MESSAGES; i++) {
        call.onNext("" + i);
      }
      call.onCompleted();
      for (int i = 0; i < MESSAGES; i++) {
        assertEquals("each " + i, heard.texts.take());
      }
      assertEquals("completed", heard.texts.take());
    } finally {
      channel.shutdownNow().awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
      group.shutdownGracefully(0, PATIENCE_SECONDS, TimeUnit.SECONDS).await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }
}
