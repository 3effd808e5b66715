// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.npipe.channel.WaitPolicy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Connect and close on one side race against accept and close on the other, so many rounds ({@code -Dnpipe.races});
 * now and then the server itself is closed and listens again.
 */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class RacesIT extends PipeRig {

  private static final int RACES = Rounds.of("npipe.races", 5_000);
  private static final int WARM_UP = 400;
  private static final int AT_ONCE = 16;
  private static final int LISTENS_FOR = 500;

  private final Random random = new Random(13);
  private final NamedPipeClient client = NamedPipeClient.create(vertx, new NamedPipeClientOptions()
      .setWhenMissing(WaitPolicy.WAIT).setConnectTimeout(Duration.ofSeconds(PATIENCE_SECONDS)));
  private final AtomicInteger open = new AtomicInteger();

  private NamedPipeServer listen() throws Exception {
    NamedPipeServer server = NamedPipeServer.create(vertx, new NamedPipeServerOptions().setMaxPendingInstances(8))
        .connectHandler(socket -> {
          open.incrementAndGet();
          socket.exceptionHandler(cutOff -> { });
          socket.closeHandler(closed -> open.decrementAndGet());
          end(socket, random.nextInt(6));
        });
    return await(server.listen(name));
  }

  /** Some end at once, some after a word, some by a timer, some leave it to the other side. */
  private void end(NamedPipeSocket socket, int way) {
    switch (way) {
      case 0 -> socket.close();
      case 1 -> socket.abort();
      case 2 -> socket.end(random(100));
      case 3 -> vertx.setTimer(1 + random.nextInt(3), later -> socket.close());
      default -> socket.handler(socket::write);
    }
  }

  private Future<Void> race() {
    Promise<Void> over = Promise.promise();
    int way = random.nextInt(5);
    client.connect(name).onFailure(over::fail).onSuccess(socket -> {
      socket.exceptionHandler(cutOff -> { });
      socket.closeHandler(closed -> over.tryComplete());
      if (socket.closeReason() != null) {
        over.tryComplete();
      }
      socket.write("hello");
      end(socket, way == 4 ? 3 : way);
    });
    return over.future();
  }

  private void race(int times) throws Exception {
    NamedPipeServer server = listen();
    for (int done = 0; done < times; done += AT_ONCE) {
      List<Future<Void>> races = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        races.add(race());
      }
      if (done % LISTENS_FOR < AT_ONCE && done > 0) {
        Future<Void> closed = server.close();
        await(closed);
        server = listen();
      }
      for (Future<Void> race : races) {
        await(race);
      }
    }
    assertNotNull(server.acceptCounts());
    await(server.close());
    assertEquals(0, Settling.settled(open::get, count -> count == 0));
  }

  @Test
  void connectAndCloseAgainstAcceptAndCloseLeaveNothing() throws Exception {
    race(WARM_UP);
    Leaks leaks = Leaks.before();
    race(RACES);
    leaks.assertNone();
  }
}
