// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.PipeErrors;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A close in the middle of a message that takes more than one write. */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class CloseWithinMessageTest {

  private static final int LARGE = 1_000_000;
  private static final int MEDIUM = 10_000;
  private static final int QUOTA = 65_536;

  private final PipePair pair;
  private NamedPipeChannel client;
  private Recorder child;

  CloseWithinMessageTest(SimulatedWorld.Drivers drivers) {
    pair = new PipePair(15, drivers).listen();
  }

  @BeforeEach
  void connect() {
    client = pair.connect();
    child = pair.child();
    read(false);
    pair.send(client, "taken by the read under way");
  }

  @AfterEach
  void nothingIsLeft() {
    client.close();
    pair.end();
    assertTrue(client.closeFuture().isDone());
  }

  private void read(boolean on) {
    child.channel.config().setAutoRead(on);
    pair.world.settle();
  }

  private ChannelFuture writeLarge() {
    return client.write(Unpooled.directBuffer().writeZero(LARGE));
  }

  @Test
  void aMessageThatIsBegunIsWrittenToItsEndAndTheNextIsNot() {
    ChannelFuture written = writeLarge();
    ChannelFuture behind = writeLarge();
    client.flush();
    pair.world.settle();
    ChannelFuture closed = client.close();
    pair.world.settle();
    assertFalse(closed.isDone());
    read(true);
    assertTrue(closed.isSuccess());
    assertTrue(written.isSuccess(), String.valueOf(written.cause()));
    assertInstanceOf(ClosedChannelException.class, behind.cause());
    assertEquals(LARGE + "taken by the read under way".length(), child.bytes);
    assertEquals(CloseReason.LOCAL, client.closeReason());
  }

  @Test
  void ofManyMessagesThoseThatAreNotBegunAreNotBegunForTheClose() {
    List<ChannelFuture> written = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      written.add(client.write(Unpooled.buffer().writeZero(MEDIUM)));
    }
    client.flush();
    pair.world.settle();
    ChannelFuture closed = client.close();
    read(true);
    assertTrue(closed.isSuccess());
    long whole = written.stream().filter(ChannelFuture::isSuccess).count();
    assertEquals(whole * MEDIUM + "taken by the read under way".length(), child.bytes);
    // What the pipe holds, and the write that waits, to the end of its last message.
    assertTrue(whole > 6 && whole <= (QUOTA + 65_536) / MEDIUM + 1, whole + " messages");
    assertEquals(CloseReason.LOCAL, client.closeReason());
  }

  @Test
  void aCloseBetweenTwoWritesWaitsForTheRestToo() {
    client.config().setWriteSpinCount(1);
    ChannelFuture written = writeLarge();
    boolean[] between = new boolean[1];
    client.eventLoop().execute(() -> {
      client.flush();
      between[0] = !client.isWriting() && client.isMidMessage();
      client.close();
    });
    pair.world.settle();
    assertTrue(between[0], "the first write was not complete at once");
    assertFalse(client.closeFuture().isDone());
    read(true);
    assertTrue(client.closeFuture().isDone());
    assertTrue(written.isSuccess(), String.valueOf(written.cause()));
    assertEquals(LARGE + "taken by the read under way".length(), child.bytes);
  }

  @Test
  void anAbortBetweenTwoWritesIsOneAtOnce() {
    client.config().setWriteSpinCount(1);
    ChannelFuture written = writeLarge();
    boolean[] atOnce = new boolean[1];
    client.eventLoop().execute(() -> {
      client.flush();
      client.close();
      client.abort();
      atOnce[0] = !client.isOpen();
    });
    pair.world.settle();
    assertTrue(atOnce[0]);
    assertInstanceOf(ClosedChannelException.class, written.cause());
    assertEquals(CloseReason.ABORTED, client.closeReason());
  }

  @Test
  void theLingerTimeIsForTheRestToo() {
    client.config().setLinger(Duration.ofMillis(300));
    ChannelFuture written = writeLarge();
    client.flush();
    pair.world.settle();
    client.close();
    pair.world.settle(280);
    assertFalse(client.closeFuture().isDone());
    pair.world.settle(40);
    assertTrue(client.closeFuture().isDone());
    assertInstanceOf(ClosedChannelException.class, written.cause());
    assertEquals(CloseReason.TIMEOUT, client.closeReason());
  }

  @Test
  void aWriteThatFailsWhileACloseWaitsForTheRestEndsTheWait() {
    ChannelFuture written = writeLarge();
    client.flush();
    pair.world.settle();
    ChannelFuture closed = client.close();
    pair.world.kernel.whims.failNext(PipeErrors.NO_SYSTEM_RESOURCES);
    read(true);
    assertTrue(closed.isDone());
    assertInstanceOf(NamedPipeException.class, written.cause());
  }
}
