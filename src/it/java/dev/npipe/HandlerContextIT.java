// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.npipe.channel.OversizedMessages;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every handler of a socket, and every future it gives, calls on the context the socket belongs to. */
class HandlerContextIT extends PipeRig {

  private static final int MOST = 10_000;
  private static final Set<String> ALL = Set.of("connect", "connected", "message", "request", "peer", "flush", "drain",
      "exception", "shutdown", "shut down", "end", "close", "client's end", "client's close");

  /** Both ends in one verticle, which lets everything happen. */
  private final class Everything extends VerticleBase {

    private final Map<String, Context> contexts = new ConcurrentHashMap<>();
    private final Map<String, Boolean> onWorkers = new ConcurrentHashMap<>();
    private final Box<String> noted = new Box<>();

    private void note(String what) {
      contexts.put(what, vertx.getOrCreateContext());
      onWorkers.put(what, Context.isOnWorkerThread());
      noted.put(what);
    }

    private <T> Future<T> noted(String what, Future<T> future) {
      return future.onComplete(done -> note(done.succeeded() ? what : what + " failed: " + done.cause()));
    }

    @Override
    public Future<?> start() {
      NamedPipeServerOptions options = new NamedPipeServerOptions();
      options.setMessageMode(true).setMaxMessageSize(MOST).setOversizedMessages(OversizedMessages.DISCARD);
      NamedPipeClient client = NamedPipeClient.create(vertx, new NamedPipeClientOptions().setMessageMode(true));
      return NamedPipeServer.create(vertx, options).connectHandler(this::serve).listen(name)
          .compose(server -> noted("connected", client.connect(name)))
          .onSuccess(this::talk);
    }

    private void serve(NamedPipeSocket socket) {
      note("connect");
      socket.messageHandler(message -> {
        note("message");
        socket.writeMessage(message);
      });
      socket.exceptionHandler(tooLong -> note("exception"))
          .endHandler(end -> note("end"))
          .closeHandler(closed -> note("close"));
    }

    private void talk(NamedPipeSocket socket) {
      socket.endHandler(end -> note("client's end")).closeHandler(closed -> note("client's close"));
      socket.shutdownHandler(timeout -> {
        note("shutdown");
        socket.close();
      });
      noted("request", socket.request(Buffer.buffer("question")))
          .compose(answer -> noted("peer", socket.peer()))
          .compose(peer -> noted("flush", socket.flush()))
          .onSuccess(flushed -> {
            socket.setWriteQueueMaxSize(1);
            socket.drainHandler(drained -> {
              note("drain");
              noted("shut down", socket.shutdown(Duration.ofSeconds(PATIENCE_SECONDS)));
            });
            socket.writeMessage(random(MOST + 1));
          });
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EVENT_LOOP", "WORKER"})
  void everythingHappensOnTheContextOfTheSocket(ThreadingModel model) throws Exception {
    Everything verticle = new Everything();
    String id = await(vertx.deployVerticle(verticle, new DeploymentOptions().setThreadingModel(model)));
    for (int i = 0; i < ALL.size(); i++) {
      verticle.noted.take();
    }
    await(vertx.undeploy(id));
    assertEquals(ALL, verticle.contexts.keySet());
    assertEquals(1, Set.copyOf(verticle.contexts.values()).size(), () -> "" + verticle.contexts);
    assertEquals(Set.of(model == ThreadingModel.WORKER), Set.copyOf(verticle.onWorkers.values()),
        () -> "" + verticle.onWorkers);
  }
}
