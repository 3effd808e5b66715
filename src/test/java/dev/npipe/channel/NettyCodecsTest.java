// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DelimiterBasedFrameDecoder;
import io.netty.handler.codec.Delimiters;
import io.netty.handler.codec.FixedLengthFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.codec.string.StringEncoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.traffic.ChannelTrafficShapingHandler;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Netty's own handlers work over a pipe as over any other transport: the echo tests of its transports, under their
 * names.
 */
@ParameterizedClass
@EnumSource
@ExtendWith(LogWatch.class)
class NettyCodecsTest {

  private static final String NAME = "codecs";
  private static final int FRAME_BYTES = 1024;
  private static final int FRAMES = 50;
  private static final int BYTES_A_SECOND = 1000;
  private static final int CHUNKS = 10;

  private final SimulatedWorld world;
  private final List<Throwable> failures = new ArrayList<>();
  private final Random random = new Random(5);
  private final List<Channel> channels = new ArrayList<>();

  NettyCodecsTest(SimulatedWorld.Drivers drivers) {
    world = new SimulatedWorld(33, drivers);
  }

  @AfterEach
  void nothingIsLeft() {
    SimulatedWorld.closeAll(channels);
    world.settle(6_000);
    assertEquals("", world.leftovers());
    assertEquals(List.of(), failures);
  }

  /** The last of a pipeline. */
  private ChannelHandler last(Consumer<Object> received, boolean echoes) {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object message) {
        if (echoes) {
          context.writeAndFlush(message);
        } else {
          received.accept(message);
        }
      }

      @Override
      public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failures.add(cause);
      }
    };
  }

  /** A server that sends back what its pipeline makes of what comes, and a client with the same pipeline. */
  private NamedPipeChannel echo(Consumer<ChannelPipeline> server, Consumer<ChannelPipeline> client,
      Consumer<Object> received) {
    channels.add(world.listen(NAME, null, child -> {
      server.accept(child.pipeline());
      child.pipeline().addLast(last(null, true));
      channels.add(child);
    }));
    NamedPipeChannel connected = world.connect(NAME, new ChannelInitializer<NamedPipeChannel>() {
      @Override
      protected void initChannel(NamedPipeChannel channel) {
        client.accept(channel.pipeline());
        channel.pipeline().addLast(last(received, false));
      }
    });
    channels.add(connected);
    return connected;
  }

  private ByteBuf randomBytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Unpooled.wrappedBuffer(bytes);
  }

  @Test
  void fixedLengthEcho_framesComeBackWholeHoweverTheyAreCut() {
    ByteBuf back = Unpooled.buffer();
    List<Integer> sizes = new ArrayList<>();
    Consumer<ChannelPipeline> codec = pipeline -> pipeline.addLast(new FixedLengthFrameDecoder(FRAME_BYTES));
    NamedPipeChannel client = echo(codec, codec, frame -> {
      sizes.add(((ByteBuf) frame).readableBytes());
      back.writeBytes((ByteBuf) frame);
      ((ByteBuf) frame).release();
    });
    ByteBuf sent = randomBytes(FRAMES * FRAME_BYTES);
    while (sent.isReadable()) {
      client.writeAndFlush(sent.readRetainedSlice(Math.min(sent.readableBytes(), 1 + random.nextInt(3 * FRAME_BYTES))));
      world.step();
    }
    world.settle();
    assertEquals(sent.readerIndex(0), back);
    assertEquals(FRAMES, sizes.size());
    assertTrue(sizes.stream().allMatch(size -> size == FRAME_BYTES), sizes::toString);
  }

  @Test
  void stringEcho_linesComeBackAsTheyWere() {
    List<Object> back = new ArrayList<>();
    Consumer<ChannelPipeline> codec = pipeline -> pipeline.addLast(
        new DelimiterBasedFrameDecoder(512, Delimiters.lineDelimiter()), new StringDecoder(), new StringEncoder());
    NamedPipeChannel client = echo(pipeline -> {
      codec.accept(pipeline);
      pipeline.addLast(new ChannelInboundHandlerAdapter() {
        @Override
        public void channelRead(ChannelHandlerContext context, Object line) {
          context.fireChannelRead(line + "\n");
        }
      });
    }, codec, back::add);
    List<Object> sent = new ArrayList<>();
    for (int i = 0; i < FRAMES; i++) {
      sent.add("line " + i + ", \u00e9\u6f22 ".repeat(random.nextInt(10)));
      client.writeAndFlush(sent.get(i) + "\r\n");
    }
    world.settle();
    assertEquals(sent, back);
  }

  @Test
  void sslEcho_bytesComeBackThroughTwoHandshakes() throws Exception {
    X509Bundle bundle = new CertificateBuilder().subject("CN=localhost").setIsCertificateAuthority(true)
        .addSanDnsName("localhost").buildSelfSigned();
    SslContext server = SslContextBuilder.forServer(bundle.getKeyPair().getPrivate(), bundle.getCertificate()).build();
    SslContext client = SslContextBuilder.forClient().trustManager(bundle.getCertificate()).build();
    ByteBuf back = Unpooled.buffer();
    SslHandler handler = client.newHandler(world.allocator, "localhost", 1);
    NamedPipeChannel connected = echo(pipeline -> pipeline.addLast(server.newHandler(world.allocator)),
        pipeline -> pipeline.addLast(handler), part -> {
          back.writeBytes((ByteBuf) part);
          ((ByteBuf) part).release();
        });
    assertTrue(handler.handshakeFuture().isSuccess(), () -> "" + handler.handshakeFuture().cause());
    ByteBuf sent = randomBytes(20 * FRAMES * FRAME_BYTES);
    while (sent.isReadable()) {
      connected.writeAndFlush(sent.readRetainedSlice(Math.min(sent.readableBytes(), 1 + random.nextInt(100_000))));
      world.settle();
    }
    assertEquals(sent.readerIndex(0), back);
    connected.close();
    world.settle();
    assertTrue(handler.sslCloseFuture().isDone());
  }

  private long shaped(ChannelTrafficShapingHandler server, ChannelTrafficShapingHandler client) {
    long[] back = {0};
    NamedPipeChannel connected = echo(pipeline -> pipeline.addLast(server), pipeline -> pipeline.addLast(client),
        part -> {
          back[0] += ((ByteBuf) part).readableBytes();
          ((ByteBuf) part).release();
        });
    for (int i = 0; i < CHUNKS; i++) {
      connected.writeAndFlush(randomBytes(BYTES_A_SECOND));
      world.settle();
    }
    long atOnce = back[0];
    world.settle(60_000);
    assertEquals((long) CHUNKS * BYTES_A_SECOND, back[0]);
    return atOnce;
  }

  @Test
  void trafficShaping_writesAreHeldBackAndArriveInTheEnd() {
    long atOnce = shaped(new ChannelTrafficShapingHandler(0, 0), new ChannelTrafficShapingHandler(BYTES_A_SECOND, 0));
    assertTrue(atOnce <= 2 * BYTES_A_SECOND, () -> atOnce + " bytes came at once");
  }

  @Test
  void trafficShaping_readsAreHeldBackAndArriveInTheEnd() {
    long atOnce = shaped(new ChannelTrafficShapingHandler(0, BYTES_A_SECOND), new ChannelTrafficShapingHandler(0, 0));
    assertTrue(atOnce <= 2 * BYTES_A_SECOND, () -> atOnce + " bytes came at once");
    assertFalse(channels.isEmpty());
  }
}
