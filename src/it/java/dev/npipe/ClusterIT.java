// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.WaitPolicy;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** Two nodes, each a Windows JVM with a bridge, and clients that know of one pipe only. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterIT extends PipeRig {

  private static final String PIPE = "npipe-it-cluster-" + ProcessHandle.current().pid() + "-";
  private static final int START_SECONDS = 90;

  private static ClusterNode one;
  private static ClusterNode two;

  private final NamedPipeClient client = NamedPipeClient.create(vertx, new NamedPipeClientOptions()
      .setWhenMissing(WaitPolicy.WAIT).setConnectTimeout(Duration.ofSeconds(START_SECONDS)));

  @BeforeAll
  static void startTheNodes() throws Exception {
    int[] ports = {FreePort.next(), FreePort.next()};
    one = ClusterNode.start(PIPE + "one", "one", ports[0], ports[1]);
    two = ClusterNode.start(PIPE + "two", "two", ports[1], ports[0]);
  }

  @AfterAll
  static void stopTheNodes() throws Exception {
    one.close();
    two.close();
  }

  private FramePlayer clientOf(String node) throws Exception {
    NamedPipeSocket socket = client.connect(PIPE + node).map(NamedPipeSocket::pause).toCompletionStage()
        .toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
    FramePlayer player = new FramePlayer(vertx.eventBus(), socket);
    socket.resume();
    return player;
  }

  private static JsonObject ask(FramePlayer player, String address, String body) throws Exception {
    return player.send("{'type':'send','address':'" + address + "','replyAddress':'r','headers':{'timeout':5000},"
        + "'body':'" + body + "'}").take();
  }

  /** Until a change has come round; each question is answered. */
  private static String askUntil(FramePlayer player, String address, String member, String wanted) throws Exception {
    return Settling.settled(() -> {
      try {
        return ask(player, address, "?").getString(member);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }, wanted::equals);
  }

  @Test
  @Order(1)
  void whoIsOnOneNodeIsReachedFromTheOther() throws Exception {
    FramePlayer onOne = clientOf("one");
    FramePlayer onTwo = clientOf("two");
    assertEquals("two got ?", askUntil(onOne, "two", "body", "two got ?"));
    assertEquals("one got ?", askUntil(onTwo, "one", "body", "one got ?"));

    // A registration stands on the other node too before the next frame is answered.
    onOne.send("{'type':'register','address':'news'}").settle();
    onTwo.send("{'type':'register','address':'news'}").settle();
    onTwo.send("{'type':'publish','address':'news','body':'to all'}");
    assertEquals("to all", onOne.take().getString("body"));
    assertEquals("to all", onTwo.take().getString("body"));

    onOne.send("{'type':'register','address':'ask.me'}").settle();
    onTwo.send("{'type':'send','address':'ask.me','replyAddress':'r','body':'across'}");
    String reply = onOne.take().getString("replyAddress");
    // Nobody else on the cluster can answer in its place.
    assertEquals("access_denied",
        clientOf("two").send("{'type':'send','address':'" + reply + "','body':'spoofed'}").take().getString("message"));
    onOne.send("{'type':'send','address':'" + reply + "','body':'answered'}");
    assertEquals("answered", onTwo.take().getString("body"));

    onOne.end();
    assertEquals("NO_HANDLERS", askUntil(onTwo, "ask.me", "failureType", "NO_HANDLERS"));
  }

  @Test
  @Order(2)
  void aNodeThatDiesTakesItsClientsConnectionsAndWhatItServedAndNothingElse() throws Exception {
    FramePlayer onOne = clientOf("one");
    FramePlayer onTwo = clientOf("two");
    assertEquals("two got ?", askUntil(onOne, "two", "body", "two got ?"));
    onOne.send("{'type':'register','address':'asked'}").settle();
    onOne.send("{'type':'send','address':'two.silent','replyAddress':'pending','headers':{'timeout':5000}}");
    // Until the message has come to its node, the cluster may still say that there is nobody.
    assertEquals("two", onOne.take().getString("body"));
    two.kill();
    onTwo.takeEnd();
    // Whom it had asked does not answer: the request fails in its time.
    JsonObject pending = onOne.take();
    assertEquals("pending", pending.getString("address"));
    assertEquals("TIMEOUT", pending.getString("failureType"));
    assertTrue(Settling.settled(() -> {
      try {
        return ask(onOne, "two", "?").getString("failureType");
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }, "NO_HANDLERS"::equals).equals("NO_HANDLERS"));
    assertEquals("one got ?", ask(onOne, "one", "?").getString("body"));
    Future<NamedPipeSocket> gone = NamedPipeClient.create(vertx).connect(PIPE + "two");
    assertTrue(failure(gone).getMessage().contains("ERROR_FILE_NOT_FOUND"));
  }
}
