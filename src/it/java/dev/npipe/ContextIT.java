// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class ContextIT extends PipeRig {

  private static final int JAVA_WITH_VIRTUAL_THREADS = 21;

  /** A server and a client on one context, which note where their handlers run. */
  private final class Talk extends VerticleBase {

    private final List<Context> contexts = new CopyOnWriteArrayList<>();
    private final List<Boolean> workers = new CopyOnWriteArrayList<>();
    private final List<Boolean> virtuals = new CopyOnWriteArrayList<>();
    private final Box<String> finished = new Box<>();
    private NamedPipeClient client;

    private void note() {
      contexts.add(vertx.getOrCreateContext());
      workers.add(Context.isOnWorkerThread());
      virtuals.add(isOnVirtualThread());
    }

    @Override
    public Future<?> start() {
      client = NamedPipeClient.create(vertx);
      return NamedPipeServer.create(vertx).connectHandler(this::serve).listen(name).compose(server -> {
        note();
        return client.connect(name);
      }).onSuccess(socket -> {
        note();
        socket.handler(buffer -> {
          note();
          finished.put(buffer.toString());
        });
        socket.write("ping").onComplete(written -> note());
      });
    }

    private void serve(NamedPipeSocket socket) {
      note();
      socket.handler(buffer -> {
        note();
        socket.write(buffer).onComplete(written -> note());
      });
    }
  }

  private static boolean isOnVirtualThread() {
    try {
      // The library and its tests are compiled for Java 17, which knows no such method.
      return (boolean) Thread.class.getMethod("isVirtual").invoke(Thread.currentThread());
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  private Talk talk(ThreadingModel model) throws Exception {
    Talk talk = new Talk();
    String id = await(vertx.deployVerticle(talk, new DeploymentOptions().setThreadingModel(model)));
    assertEquals("ping", talk.finished.take());
    await(vertx.undeploy(id));
    assertEquals(1, Set.copyOf(talk.contexts).size());
    return talk;
  }

  @Test
  void handlersRunOnTheEventLoopOfTheirContext() throws Exception {
    assertEquals(Set.of(false), Set.copyOf(talk(ThreadingModel.EVENT_LOOP).workers));
  }

  @Test
  void handlersRunOnTheWorkersOfTheirContext() throws Exception {
    assertEquals(Set.of(true), Set.copyOf(talk(ThreadingModel.WORKER).workers));
  }

  @Test
  void handlersRunOnVirtualThreadsOfTheirContext() throws Exception {
    assumeTrue(Runtime.version().feature() >= JAVA_WITH_VIRTUAL_THREADS, "capability: virtual threads");
    assertEquals(Set.of(true), Set.copyOf(talk(ThreadingModel.VIRTUAL_THREAD).virtuals));
  }

  @Test
  void aWorkerThatIsSlowToReadGetsEverythingInOrder() throws Exception {
    Buffer sent = random(4 * 1024 * 1024);
    Buffer received = Buffer.buffer();
    Box<Buffer> finished = new Box<>();
    VerticleBase reader = new VerticleBase() {
      @Override
      public Future<?> start() {
        return NamedPipeServer.create(vertx).connectHandler(socket -> {
          socket.handler(received::appendBuffer);
          socket.endHandler(end -> finished.put(received));
        }).listen(name);
      }
    };
    await(vertx.deployVerticle(reader, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
    NamedPipeClient client = NamedPipeClient.create(vertx);
    await(await(client.connect(name)).end(sent));
    assertEquals(sent, finished.take());
  }

  @Test
  void connectCompletesOnTheContextThatCalledIt() throws Exception {
    echo();
    NamedPipeClient client = NamedPipeClient.create(vertx);
    Box<Context> completed = new Box<>();
    Context context = vertx.getOrCreateContext();
    context.runOnContext(v -> client.connect(name).onComplete(done -> completed.put(vertx.getOrCreateContext())));
    assertSame(context, completed.take());
  }

  @Test
  void instancesOfAVerticleShareTheNameAndSpreadItsClientsOverTheirEventLoops() throws Exception {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    Box<NamedPipeSocket> accepted = new Box<>();
    int instances = 3;
    await(vertx.deployVerticle(() -> new VerticleBase() {
      @Override
      public Future<?> start() {
        return NamedPipeServer.create(vertx).connectHandler(socket -> {
          threads.add(Thread.currentThread());
          accepted.put(socket);
        }).listen(name);
      }
    }, new DeploymentOptions().setInstances(instances)));
    NamedPipeClient client = NamedPipeClient.create(vertx);
    for (int i = 0; i < instances * 2; i++) {
      await(client.connect(i % 2 == 0 ? name : name.toUpperCase(java.util.Locale.ROOT)));
      accepted.take();
    }
    assertEquals(Math.min(instances, Runtime.getRuntime().availableProcessors() * 2), threads.size());
  }
}
