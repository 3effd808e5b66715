// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.PipeErrors;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What arrives, when, and in which order. */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class ReadingTest {

  private final PipePair pair;
  private NamedPipeChannel client;
  private Recorder child;

  @BeforeEach
  void connect() {
    client = pair.connect();
    child = pair.child();
  }

  ReadingTest(SimulatedWorld.Drivers drivers) {
    pair = new PipePair(11, drivers).listen();
  }

  @AfterEach
  void nothingIsLeft() {
    client.close();
    pair.end();
  }

  private void stopReading() {
    child.channel.config().setAutoRead(false);
    pair.world.settle();
  }

  @Test
  void oneRequestBringsOneReadLoop() {
    stopReading();
    // The read that was in the kernel when reading stopped holds this.
    pair.send(client, "first");
    pair.send(client, "second");
    assertEquals("", child.text());
    child.channel.read();
    pair.world.settle();
    assertEquals("first", child.text());
    child.channel.read();
    pair.world.settle();
    assertEquals("firstsecond", child.text());
  }

  @Test
  void manyRequestsAtOnceAreOne() {
    stopReading();
    pair.send(client, "first");
    pair.send(client, "second");
    for (int i = 0; i < 5; i++) {
      child.channel.read();
    }
    pair.world.settle();
    assertEquals("first", child.text());
  }

  @Test
  void aRequestMadeInsideChannelReadIsNotLost() {
    stopReading();
    child.channel.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object message) {
        context.read();
        context.fireChannelRead(message);
      }
    });
    child.channel.read();
    for (int i = 0; i < 5; i++) {
      pair.send(client, i + " ");
    }
    assertEquals("0 1 2 3 4 ", child.text());
  }

  @Test
  void aRequestMadeInsideReadCompleteIsNotLost() {
    stopReading();
    child.channel.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
      @Override
      public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        context.read();
      }
    });
    child.channel.read();
    for (int i = 0; i < 5; i++) {
      pair.send(client, i + " ");
    }
    assertEquals("0 1 2 3 4 ", child.text());
  }

  @Test
  void everyReadLoopEndsWithReadComplete() {
    for (int i = 0; i < 3; i++) {
      pair.send(client, "x");
    }
    client.close();
    pair.world.settle();
    assertEquals(List.of("active", "read", "complete", "read", "complete", "read", "complete", "complete", "inactive"),
        child.events);
  }

  @Test
  void whatWasHeldComesBeforeTheEndOfTheStream() {
    stopReading();
    pair.send(client, "held, ");
    pair.send(client, "and in the pipe");
    client.close();
    pair.world.settle();
    assertTrue(child.channel.isActive(), "an end that nobody has read yet");
    child.channel.config().setAutoRead(true);
    pair.world.settle();
    assertEquals("held, and in the pipe", child.text());
    assertEquals("inactive", child.events.get(child.events.size() - 1));
    assertEquals(CloseReason.PEER_CLOSED, child.channel.closeReason());
  }

  @Test
  void aReadErrorIsToldOnceAfterReadCompleteAndBeforeTheEnd() {
    pair.world.kernel.whims.failNextRead(PipeErrors.NO_SYSTEM_RESOURCES);
    pair.send(client, "the last that is read");
    assertEquals(List.of("active", "read", "complete", "complete", "exception", "inactive"), child.events);
    NamedPipeException failure = assertInstanceOf(NamedPipeException.class, child.failures.get(0));
    assertEquals("read", failure.operation());
    assertEquals(PipeErrors.NO_SYSTEM_RESOURCES, failure.errorCode());
    assertEquals(CloseReason.ERROR, child.channel.closeReason());
  }

  @Test
  void aReadOfNothingIsNothingAndNotTheEnd() {
    pair.world.kernel.whims.emptyReads = 3;
    pair.send(client, "after three of nothing");
    assertEquals("after three of nothing", child.text());
    assertTrue(child.channel.isActive());
    assertEquals(1, child.events.stream().filter("read"::equals).count());
  }

  @Test
  void closingInsideChannelReadEndsReadingAtOnce() {
    child.channel.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object message) {
        context.fireChannelRead(message);
        context.close();
      }
    });
    pair.world.kernel.whims.latePercent = 100;
    client.writeAndFlush(PipePair.bytes("read"));
    client.writeAndFlush(PipePair.bytes("not read"));
    pair.world.settle();
    assertFalse(child.channel.isOpen());
    assertEquals(1, child.events.stream().filter("inactive"::equals).count());
    assertTrue(child.events.lastIndexOf("read") < child.events.indexOf("inactive"));
  }

  @Test
  void turningAutoReadOffAndOnAgainAtOnceLosesNothing() {
    for (int i = 0; i < 5; i++) {
      child.channel.config().setAutoRead(false);
      child.channel.config().setAutoRead(true);
      pair.send(client, i + " ");
    }
    assertEquals("0 1 2 3 4 ", child.text());
  }

  @Test
  void outOfMemoryForTheNextReadIsToldAndEndsTheConnection() {
    child.channel.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object message) {
        pair.world.allocator.refuse(1);
        context.fireChannelRead(message);
      }
    });
    pair.send(client, "the last that is read");
    assertEquals("the last that is read", child.text());
    assertEquals(List.of("active", "read", "complete", "complete", "exception", "inactive"), child.events);
    assertEquals(1, child.failures.size());
    assertInstanceOf(OutOfMemoryError.class, child.failures.get(0).getCause());
    assertEquals(CloseReason.ERROR, child.channel.closeReason());
  }

  @Test
  void anEndOfFileIsTheEndOfTheStreamToo() {
    pair.world.kernel.whims.failNextRead(PipeErrors.HANDLE_EOF);
    pair.send(client, "the last");
    assertEquals("the last", child.text());
    assertEquals(List.of(), child.failures);
    assertEquals(CloseReason.PEER_CLOSED, child.channel.closeReason());
  }

  @Test
  void anAllocatorThatPrefersTheHeapIsAskedForDirectMemory() {
    child.channel.config().setAllocator(new UnpooledByteBufAllocator(false));
    pair.send(client, "into the buffer of before");
    pair.send(client, "into one of this allocator");
    assertEquals("into the buffer of beforeinto one of this allocator", child.text());
    assertTrue(child.allDirect);
  }

  /** Notes what is asked of it. */
  private static final class Noting extends FixedRecvByteBufAllocator {

    private final List<String> calls = new ArrayList<>();

    Noting() {
      super(8);
    }

    @SuppressWarnings("deprecation") // as in Netty's own
    @Override
    public Handle newHandle() {
      return new RecvByteBufAllocator.DelegatingHandle(super.newHandle()) {
        @Override
        public void reset(ChannelConfig config) {
          calls.add("reset");
          super.reset(config);
        }

        @Override
        public void attemptedBytesRead(int bytes) {
          calls.add("attempted " + bytes);
          super.attemptedBytesRead(bytes);
        }

        @Override
        public void lastBytesRead(int bytes) {
          calls.add("read " + bytes);
          super.lastBytesRead(bytes);
        }

        @Override
        public void incMessagesRead(int count) {
          calls.add("delivered " + count);
          super.incMessagesRead(count);
        }

        @Override
        public void readComplete() {
          calls.add("complete");
          super.readComplete();
        }
      };
    }
  }

  @SuppressWarnings("deprecation") // as in Netty's own
  @Test
  void theSizesOfReadsFollowTheAllocatorAsNettyCallsIt() {
    Noting allocator = new Noting();
    Recorder recorder = new Recorder();
    ChannelFuture other = pair.world.client(recorder).option(ChannelOption.RCVBUF_ALLOCATOR, allocator)
        .connect(NamedPipeAddress.of(PipePair.NAME));
    pair.world.settle();
    pair.send(pair.child().channel, "8 bytes.and 3");
    pair.child().channel.close();
    pair.world.settle();
    assertEquals(List.of("8 bytes.", "and 3"), recorder.messages);
    assertFalse(other.channel().isOpen());
    // Whether in one loop or in several, which the kernel decides.
    String calls = String.join(",", allocator.calls).replace("complete,reset,", "");
    assertEquals("reset,attempted 8,read 8,delivered 1,attempted 8,read 5,delivered 1,attempted 8,read -1,complete",
        calls);
  }
}
