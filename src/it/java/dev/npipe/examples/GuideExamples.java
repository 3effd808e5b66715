// SPDX-License-Identifier: Apache-2.0
package dev.npipe.examples;

import dev.npipe.NamedPipeClient;
import dev.npipe.NamedPipeClientOptions;
import dev.npipe.NamedPipeServer;
import dev.npipe.NamedPipeServerOptions;
import dev.npipe.NamedPipeSocket;
import dev.npipe.NamedPipes;
import dev.npipe.SecurityPreset;
import dev.npipe.channel.WaitPolicy;
import dev.npipe.eventbus.MessageDelivery;
import dev.npipe.eventbus.MessageFormat;
import dev.npipe.eventbus.NamedPipeBridgeOptions;
import dev.npipe.eventbus.NamedPipeEventBusBridge;
import dev.npipe.eventbus.NamedPipeMessageBridge;
import dev.npipe.eventbus.NamedPipeMessageBridgeOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.bridge.BridgeEventType;
import io.vertx.ext.bridge.BridgeOptions;
import io.vertx.ext.bridge.PermittedOptions;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * The examples of the guide, word for word; a test runs them.
 */
public final class GuideExamples {

  private GuideExamples() {
  }

  /** What the first page shows: prints "got hello". */
  public static void hello(Vertx vertx) {
    NamedPipeServer.create(vertx)
        .connectHandler(socket -> socket.pipeTo(socket))
        .listen("greetings")
        .compose(server -> NamedPipeClient.create(vertx).connect(server.path()))
        .onSuccess(socket -> {
          socket.handler(buffer -> System.out.println("got " + buffer));
          socket.write("hello");
        }).onFailure(Throwable::printStackTrace);
  }

  /** A server that sends back what it gets. */
  public static Future<NamedPipeServer> echoServer(Vertx vertx, String name) {
    return NamedPipeServer.create(vertx)
        .connectHandler(socket -> socket.pipeTo(socket))
        .exceptionHandler(failure -> System.err.println("accept failed: " + failure.getMessage()))
        .listen(name);
  }

  /** The event bus over a pipe. */
  public static Future<NamedPipeEventBusBridge> bridge(Vertx vertx) {
    NamedPipeBridgeOptions options = new NamedPipeBridgeOptions()
        .addInboundPermitted(new PermittedOptions().setAddress("greetings"))
        .addOutboundPermitted(new PermittedOptions().setAddressRegex("news\\..+"));
    return NamedPipeEventBusBridge.create(vertx, options)
        .bridgeEventHandler(event -> event.complete(true))
        .listen("bus");
  }

  /** The event bus for some users only. */
  public static Future<NamedPipeEventBusBridge> members(Vertx vertx, BridgeOptions options, Set<String> userSids) {
    return NamedPipeEventBusBridge.create(vertx, options)
        .bridgeEventHandler(event -> {
          if (event.type() == BridgeEventType.SOCKET_CREATED) {
            event.socket().peer().map(peer -> peer.userSid().filter(userSids::contains).isPresent()).onComplete(event);
          } else {
            event.complete(true);
          }
        })
        .listen("members");
  }

  /** Addresses of the event bus for who just writes messages. */
  public static Future<NamedPipeMessageBridge> messageBridge(Vertx vertx) {
    NamedPipeMessageBridgeOptions options = new NamedPipeMessageBridgeOptions()
        .setInboundAddress("orders")
        .setInboundDelivery(MessageDelivery.REQUEST)
        .setFormat(MessageFormat.JSON)
        .setOutboundAddress("news");
    return NamedPipeMessageBridge.create(vertx, options).listen("messages");
  }

  /** A client that asks once and closes. */
  public static Future<String> ask(NamedPipeClient client, String name, String question) {
    return client.connect(name).compose(socket -> {
      Future<String> answer = Future.future(promise -> {
        socket.handler(buffer -> promise.tryComplete(buffer.toString()));
        socket.exceptionHandler(promise::tryFail);
        socket.closeHandler(closed -> promise.tryFail("closed: " + socket.closeReason()));
      });
      return socket.write(question)
          .compose(written -> answer)
          .eventually(() -> socket.close());
    });
  }

  /** A slow consumer, which the sender is made to wait for. */
  public static void sendMuch(NamedPipeSocket socket, Iterable<String> lines) {
    var rest = lines.iterator();
    Runnable sendOn = () -> {
      while (rest.hasNext() && !socket.writeQueueFull()) {
        socket.write(rest.next() + "\n");
      }
      if (!rest.hasNext()) {
        socket.end();
      }
    };
    socket.drainHandler(drained -> sendOn.run());
    sendOn.run();
  }

  /** A server with options. */
  public static Future<NamedPipeServer> openToAllWhoHaveLoggedOn(Vertx vertx, String name) {
    NamedPipeServerOptions options = new NamedPipeServerOptions()
        .setSecurityPreset(SecurityPreset.AUTHENTICATED_USERS)
        .setMaxInstances(100)
        .setIdleTimeout(Duration.ofMinutes(5));
    return NamedPipeServer.create(vertx, options)
        .connectHandler(socket -> socket.end(Buffer.buffer("hello\n")))
        .listen(name);
  }

  /** A client that waits until its server is there. */
  public static NamedPipeClient patientClient(Vertx vertx) {
    return NamedPipeClient.create(vertx, new NamedPipeClientOptions()
        .setWhenMissing(WaitPolicy.WAIT)
        .setConnectTimeout(Duration.ofSeconds(30)));
  }

  /** A server in message mode. */
  public static Future<NamedPipeServer> calculator(Vertx vertx, String name) {
    NamedPipeServerOptions options = new NamedPipeServerOptions().setMessageMode(true);
    return NamedPipeServer.create(vertx, options)
        .connectHandler(socket -> socket.messageHandler(question -> {
          long number = Long.parseLong(question.toString());
          socket.writeMessage(Buffer.buffer(Long.toString(number * number)));
        }))
        .listen(name);
  }

  /** A client in message mode, and a question that it asks. */
  public static NamedPipeClient messageClient(Vertx vertx) {
    return NamedPipeClient.create(vertx, new NamedPipeClientOptions().setMessageMode(true));
  }

  public static Future<String> square(NamedPipeClient client, String name, long number) {
    return client.connect(name).compose(socket ->
        socket.request(Buffer.buffer(Long.toString(number)), Duration.ofSeconds(5))
            .map(Buffer::toString)
            .eventually(() -> socket.close()));
  }

  /** A filter between two handles, such as those of the standard streams. */
  public static Future<Void> capitals(Vertx vertx, long input, long output) {
    return NamedPipes.adopt(vertx, output).compose(out -> NamedPipes.adopt(vertx, input).compose(in -> {
      Promise<Void> ended = Promise.promise();
      in.handler(buffer -> out.write(buffer.toString().toUpperCase(Locale.ROOT)));
      in.closeHandler(end -> out.close().onComplete(ended));
      in.resume();
      return ended.future();
    }));
  }

  /** Two ends of one connection, for a test. */
  public static Future<Buffer> echoOnce(Vertx vertx, String text) {
    return NamedPipes.pair(vertx).compose(pair -> {
      pair.serverEnd().handler(buffer -> pair.serverEnd().write(buffer));
      pair.serverEnd().resume();
      Promise<Buffer> echoed = Promise.promise();
      pair.clientEnd().handler(echoed::tryComplete);
      pair.clientEnd().resume();
      pair.clientEnd().write(text);
      return echoed.future().eventually(() -> pair.clientEnd().close());
    });
  }

  /** A server as a verticle; it is closed when the verticle is undeployed. */
  public static final class Greeter extends VerticleBase {
    @Override
    public Future<?> start() {
      return NamedPipeServer.create(vertx)
          .connectHandler(socket -> socket.end(Buffer.buffer("hello\n")))
          .listen(config().getString("pipe"));
    }
  }
}
