// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import io.grpc.MethodDescriptor;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** One service of gRPC, in the words of Vert.x and of grpc-java; its messages are text. */
final class GrpcMethods {

  private static final String SERVICE = "npipe.Echo";
  private static final String UNARY = "Unary";
  private static final String STREAM = "Stream";

  /** Answers one message with one. */
  static final ServiceMethod<Buffer, Buffer> SERVED_UNARY = served(UNARY);

  /** Answers each message of a stream with one. */
  static final ServiceMethod<Buffer, Buffer> SERVED_STREAM = served(STREAM);

  static final ServiceMethod<Buffer, Buffer> CALLED_UNARY = called(UNARY);
  static final ServiceMethod<Buffer, Buffer> CALLED_STREAM = called(STREAM);

  static final MethodDescriptor<String, String> JAVA_UNARY = java(UNARY, MethodDescriptor.MethodType.UNARY);
  static final MethodDescriptor<String, String> JAVA_STREAM =
      java(STREAM, MethodDescriptor.MethodType.BIDI_STREAMING);

  private GrpcMethods() {
  }

  private static ServiceMethod<Buffer, Buffer> served(String method) {
    return ServiceMethod.server(ServiceName.create(SERVICE), method, GrpcMessageEncoder.IDENTITY,
        GrpcMessageDecoder.IDENTITY);
  }

  private static ServiceMethod<Buffer, Buffer> called(String method) {
    return ServiceMethod.client(ServiceName.create(SERVICE), method, GrpcMessageEncoder.IDENTITY,
        GrpcMessageDecoder.IDENTITY);
  }

  private static MethodDescriptor<String, String> java(String method, MethodDescriptor.MethodType type) {
    return MethodDescriptor.<String, String>newBuilder()
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, method))
        .setType(type).setRequestMarshaller(new Text()).setResponseMarshaller(new Text()).build();
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {

    @Override
    public InputStream stream(String text) {
      return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
