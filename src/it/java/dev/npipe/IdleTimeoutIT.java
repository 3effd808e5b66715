// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.npipe.channel.CloseReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What keeps a connection from being idle. */
class IdleTimeoutIT extends PipeRig {

  // Long enough for a machine that is busy with something else.
  private static final Duration LONG = Duration.ofSeconds(3);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final int PERIOD_MILLIS = 50;

  private int pipes;

  /** The server's end of a new connection; both ends read what the one that is to, writes all the time. */
  private NamedPipeSocket connect(NamedPipeEndpointOptions options, boolean serverWrites) throws Exception {
    String pipe = name + "-" + ++pipes;
    Box<NamedPipeSocket> accepted = new Box<>();
    await(NamedPipeServer.create(vertx, (NamedPipeServerOptions) options).connectHandler(accepted::put).listen(pipe));
    NamedPipeSocket client = await(NamedPipeClient.create(vertx).connect(pipe));
    NamedPipeSocket server = accepted.take();
    vertx.setPeriodic(PERIOD_MILLIS, time -> (serverWrites ? server : client).write("x"));
    return server;
  }

  private static NamedPipeServerOptions options() {
    return new NamedPipeServerOptions();
  }

  @Test
  void trafficOfTheKindThatIsAskedForKeepsAConnectionOpen() throws Exception {
    List<NamedPipeSocket> busy = new ArrayList<>();
    busy.add(connect(options().setIdleTimeout(LONG), true));
    busy.add(connect(options().setIdleTimeout(LONG), false));
    busy.add(connect(options().setReadIdleTimeout(LONG), false));
    busy.add(connect(options().setWriteIdleTimeout(LONG), true));
    await(vertx.timer(LONG.toMillis() * 2));
    for (NamedPipeSocket socket : busy) {
      assertNull(socket.closeReason());
    }
  }

  @Test
  void whatIsWrittenDoesNotCountAsReadNorTheOtherWayRound() throws Exception {
    List<NamedPipeSocket> oneWay = new ArrayList<>();
    oneWay.add(connect(options().setReadIdleTimeout(SHORT), true));
    oneWay.add(connect(options().setWriteIdleTimeout(SHORT), false));
    for (NamedPipeSocket socket : oneWay) {
      assertEquals(CloseReason.TIMEOUT, Settling.settled(socket::closeReason, reason -> reason != null));
    }
  }
}
