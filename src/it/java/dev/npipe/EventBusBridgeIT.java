// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.PeerIdentity;
import dev.npipe.eventbus.NamedPipeBridgeOptions;
import dev.npipe.eventbus.NamedPipeEventBusBridge;
import dev.npipe.eventbus.SlowReaderPolicy;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.ext.bridge.BridgeEventType;
import io.vertx.ext.bridge.PermittedOptions;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventBusBridgeIT extends PipeRig {

  private static final String BIG = "x".repeat(100_000);

  private final NamedPipeClient client = NamedPipeClient.create(vertx);
  private final NamedPipeBridgeOptions options = new NamedPipeBridgeOptions()
      .addInboundPermitted(new PermittedOptions())
      .addOutboundPermitted(new PermittedOptions());

  private NamedPipeSocket connect() throws Exception {
    return connectPaused(client, name);
  }

  private FramePlayer player() throws Exception {
    return player(connect());
  }

  private FramePlayer player(NamedPipeSocket socket) {
    FramePlayer player = new FramePlayer(vertx.eventBus(), socket);
    socket.resume();
    return player;
  }

  private boolean hasHandlers(String address) throws Exception {
    Throwable failure = failure(
        vertx.eventBus().request(address, "?", new DeliveryOptions().setSendTimeout(500)));
    return failure == null || !failure.getMessage().startsWith("No handlers");
  }

  @Test
  void closingTheBridgeEndsItsConnectionsAndWhatTheyRegisteredAndItCanListenAgain() throws Exception {
    NamedPipeEventBusBridge bridge = NamedPipeEventBusBridge.create(vertx, options);
    for (int round = 0; round < 2; round++) {
      await(bridge.listen(name));
      assertEquals("\\\\.\\pipe\\" + name, bridge.path());
      assertThrows(IllegalStateException.class, () -> bridge.listen(name + "-other"));
      assertThrows(IllegalStateException.class, () -> bridge.bridgeEventHandler(null));
      FramePlayer player = player().send("{'type':'register','address':'a'}").settle();
      await(bridge.close());
      assertEquals(false, hasHandlers("a"));
      assertNull(bridge.path());
      player.takeEnd();
    }
    await(bridge.close());
  }

  @Test
  void aNameThatIsTakenFailsTheListenAndAnotherCanBeTried() throws Exception {
    await(NamedPipeServer.create(vertx).connectHandler(NamedPipeSocket::close).listen(name));
    Vertx other = Vertx.vertx();
    NamedPipeEventBusBridge bridge = NamedPipeEventBusBridge.create(other, options);
    assertInstanceOf(BindException.class, failure(bridge.listen(name)).getCause());
    assertThrows(IllegalArgumentException.class, () -> bridge.listen("\\\\elsewhere\\pipe\\x"));
    await(bridge.listen(name + "-other"));
    await(other.close());
  }

  /** Listens as long as it is deployed. */
  private final class Bridging extends VerticleBase {

    @Override
    public Future<?> start() {
      return NamedPipeEventBusBridge.create(vertx, options).listen(name);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EVENT_LOOP", "WORKER"})
  void aVerticleOfAnyKindBridgesUntilItIsUndeployed(ThreadingModel model) throws Exception {
    String id = await(vertx.deployVerticle(Bridging::new,
        new DeploymentOptions().setThreadingModel(model).setInstances(2)));
    vertx.eventBus().consumer("echo", message -> message.reply(message.body()));
    List<FramePlayer> players = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      FramePlayer player = player().send("{'type':'register','address':'a" + i + "'}").settle();
      player.send("{'type':'send','address':'echo','replyAddress':'r','body':" + i + "}");
      assertEquals(i, player.take().getInteger("body"));
      vertx.eventBus().publish("a" + i, "news");
      assertEquals("news", player.take().getString("body"));
      players.add(player);
    }
    await(vertx.undeploy(id));
    for (FramePlayer player : players) {
      player.takeEnd();
    }
    assertEquals(false, hasHandlers("a0"));
  }

  @Test
  void anEventSaysWhoHasConnected() throws Exception {
    Box<PeerIdentity> peers = new Box<>();
    await(NamedPipeEventBusBridge.create(vertx, options).bridgeEventHandler(event -> {
      if (event.type() == BridgeEventType.SOCKET_CREATED) {
        assertEquals(ProcessHandle.current().pid(), event.socket().peerProcessId());
        event.socket().peer().onSuccess(peers::put).map(true).onComplete(event);
      } else {
        event.complete(true);
      }
    }).listen(name));
    FramePlayer player = player().settle();
    assertEquals(ProcessHandle.current().pid(), peers.take().processId().orElseThrow());
    player.settle();
  }

  /** Every way to be a bad client at once, over and over, while another one goes on as if nothing were. */
  @Test
  @Timeout(value = 180, unit = TimeUnit.SECONDS)
  void hostileClientsTakeNoMemoryAndTheOthersDoNotNotice() throws Exception {
    await(NamedPipeEventBusBridge.create(vertx, options.setMaxOutboundBytes(500_000)).listen(name));
    vertx.eventBus().consumer("echo", message -> message.reply(message.body()));
    vertx.eventBus().consumer("silent", message -> { });
    FramePlayer steady = player();
    long before = 0;
    for (int round = 0; round < 4; round++) {
      List<NamedPipeSocket> hostile = new ArrayList<>();
      for (int length : new int[] {-1, options.getMaxFrameSize() + 1, Integer.MAX_VALUE}) {
        NamedPipeSocket socket = connect();
        FramePlayer player = player(socket).write(Buffer.buffer().appendInt(length).appendString(BIG));
        assertEquals("err", player.take().getString("type"));
        player.takeEnd();
      }
      hostile.add(oneByteOfAHeader());
      hostile.add(aBodyThatNeverComes());
      tenThousandRegistrations(hostile);
      repliesNobodyAskedFor(hostile);
      clientsThatAskAndGo();
      aReaderThatNeverReads();
      steady.send("{'type':'send','address':'echo','replyAddress':'r','body':" + round + "}");
      assertEquals(round, steady.take().getInteger("body"));
      for (NamedPipeSocket socket : hostile) {
        await(socket.close());
      }
      if (round == 1) {
        before = Settling.heap();
      }
    }
    long bound = before + 4_000_000;
    long after = Settling.settled(Settling::heap, heap -> heap < bound);
    assertTrue(after < bound, "the heap grew by " + (after - bound + 4_000_000));
    assertEquals(0, steady.waiting());
    assertEquals(false, hasHandlers("flood"));
  }

  private NamedPipeSocket oneByteOfAHeader() throws Exception {
    NamedPipeSocket socket = connect();
    await(socket.write(Buffer.buffer(new byte[1])));
    return socket;
  }

  private NamedPipeSocket aBodyThatNeverComes() throws Exception {
    NamedPipeSocket socket = connect();
    await(socket.write(Buffer.buffer().appendInt(options.getMaxFrameSize()).appendString(BIG)));
    return socket;
  }

  private void tenThousandRegistrations(List<NamedPipeSocket> hostile) throws Exception {
    NamedPipeSocket socket = connect();
    hostile.add(socket);
    FramePlayer player = player(socket);
    Buffer frames = Buffer.buffer();
    for (int i = 0; i < 10_000; i++) {
      frames.appendBuffer(FramePlayer.frame("{'type':'register','address':'r" + i + "'}"));
    }
    player.write(frames);
    for (int i = options.getMaxRegistrations(); i < 10_000; i++) {
      assertEquals("max_handlers_reached", player.take().getString("message"));
    }
  }

  private void repliesNobodyAskedFor(List<NamedPipeSocket> hostile) throws Exception {
    NamedPipeSocket socket = connect();
    hostile.add(socket);
    FramePlayer player = player(socket);
    for (int i = 0; i < 1000; i++) {
      player.send("{'type':'send','address':'__vertx.reply." + i + "','body':'spoof'}");
    }
    for (int i = 0; i < 1000; i++) {
      assertEquals("access_denied", player.take().getString("message"));
    }
  }

  private void clientsThatAskAndGo() throws Exception {
    for (int i = 0; i < 200; i++) {
      NamedPipeSocket socket = connect();
      player(socket).send("{'type':'send','address':'silent','replyAddress':'r','headers':{'timeout':300000}}")
          .settle();
      await(socket.close());
    }
  }

  private void aReaderThatNeverReads() throws Exception {
    NamedPipeSocket socket = connect();
    await(socket.write(FramePlayer.frame("{'type':'register','address':'flood'}")));
    assertTrue(Settling.settled(this::floodIsWanted, wanted -> wanted));
    for (int i = 0; i < 30; i++) {
      vertx.eventBus().publish("flood", BIG);
    }
    // The bridge has aborted, so nothing of it is left to read.
    assertInstanceOf(Exception.class, failure(Settling.settled(
        () -> socket.write("?"), write -> write.failed())));
  }

  private boolean floodIsWanted() {
    try {
      return hasHandlers("flood");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private String outcomeOfAsking(String address) {
    try {
      return failure(vertx.eventBus().request(address, BIG, new DeliveryOptions().setSendTimeout(500))).getMessage();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aSlowReaderGetsWhatThereWasRoomForWhenItReadsAgain() throws Exception {
    await(NamedPipeEventBusBridge.create(vertx,
        options.setMaxOutboundBytes(500_000).setSlowReaderPolicy(SlowReaderPolicy.DROP)).listen(name));
    NamedPipeSocket socket = connect();
    FramePlayer player = player(socket).send("{'type':'register','address':'flood'}").settle();
    socket.pause();
    for (int i = 0; i < 100; i++) {
      vertx.eventBus().publish("flood", BIG);
    }
    // The client may read one or two before it is paused, and make room for as many.
    String refusal = "The client reads too slowly";
    assertEquals(refusal, Settling.settled(() -> outcomeOfAsking("flood"), refusal::equals));
    socket.resume();
    assertEquals(BIG, player.take().getString("body"));
    player.settle();
    int got = player.transcript().size();
    assertTrue(got < 20, "got " + got);
  }
}
