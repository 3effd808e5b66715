// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.LogWatch;
import dev.npipe.channel.NamedPipeException;
import dev.npipe.examples.TransportExamples;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** grpc-java on raw Netty channels, without Vert.x; nothing of it is worth a warning in the log. */
@ExtendWith(LogWatch.class)
class GrpcJavaIT {

  private static final String NAME = "npipe-it-grpc-" + ProcessHandle.current().pid();
  private static final int MESSAGES = 100;

  private final EventLoopGroup group = Driver.current().newEventLoops(2);

  @AfterEach
  void shutDown() throws Exception {
    assertTrue(group.shutdownGracefully(0, PipeRig.PATIENCE_SECONDS, TimeUnit.SECONDS)
        .await(PipeRig.PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  private static ServerServiceDefinition echo() {
    return ServerServiceDefinition.builder(GrpcMethods.JAVA_UNARY.getServiceName())
        .addMethod(GrpcMethods.JAVA_UNARY, ServerCalls.asyncUnaryCall((String text, StreamObserver<String> answer) -> {
          answer.onNext("one " + text);
          answer.onCompleted();
        }))
        .addMethod(GrpcMethods.JAVA_STREAM, ServerCalls.asyncBidiStreamingCall(GrpcJavaIT::echoEach))
        .build();
  }

  private static StreamObserver<String> echoEach(StreamObserver<String> answer) {
    return new StreamObserver<>() {
      @Override
      public void onNext(String text) {
        answer.onNext("each " + text);
      }

      @Override
      public void onError(Throwable failure) {
        answer.onError(failure);
      }

      @Override
      public void onCompleted() {
        answer.onCompleted();
      }
    };
  }

  @Test
  void callsAndStreams() throws Exception {
    Server server = TransportExamples.grpcServer(group, NAME, echo()).start();
    ManagedChannel channel = TransportExamples.grpcChannel(group, NAME);
    String large = "x".repeat(1_000_000);
    assertEquals("one " + large, ClientCalls.blockingUnaryCall(channel, GrpcMethods.JAVA_UNARY, CallOptions.DEFAULT,
        large));
    TextObserver heard = new TextObserver();
    StreamObserver<String> call = ClientCalls.asyncBidiStreamingCall(
        channel.newCall(GrpcMethods.JAVA_STREAM, CallOptions.DEFAULT), heard);
    for (int i = 0; i < MESSAGES; i++) {
      call.onNext("" + i);
      assertEquals("each " + i, heard.texts.take());
    }
    call.onCompleted();
    assertEquals("completed", heard.texts.take());
    assertTrue(channel.shutdown().awaitTermination(PipeRig.PATIENCE_SECONDS, TimeUnit.SECONDS));
    assertTrue(server.shutdown().awaitTermination(PipeRig.PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  @Test
  void aMissingServerIsUnavailableAndSaysWhy() throws Exception {
    ManagedChannel channel = TransportExamples.grpcChannel(group, NAME + "-missing");
    StatusRuntimeException failure = assertThrows(StatusRuntimeException.class, () ->
        ClientCalls.blockingUnaryCall(channel, GrpcMethods.JAVA_UNARY, CallOptions.DEFAULT, "anyone?"));
    assertTrue(failure.getStatus().getCause() instanceof NamedPipeException, failure.toString());
    assertTrue(channel.shutdownNow().awaitTermination(PipeRig.PATIENCE_SECONDS, TimeUnit.SECONDS));
  }
}
