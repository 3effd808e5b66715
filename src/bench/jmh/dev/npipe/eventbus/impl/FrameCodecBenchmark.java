// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** What the bridge's frames cost, for each frame, without a pipe. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class FrameCodecBenchmark {

  private static final int LONGEST_FRAME = 1 << 20;
  private static final int BURST = 16;
  private static final int PIECES = 4;

  /** Characters of the message's body. */
  @Param({"64", "16384"})
  private int body;

  private final FrameDecoder decoder = new FrameDecoder(LONGEST_FRAME);
  private JsonObject frame;
  private Buffer encoded;
  private Buffer burst;

  @Setup(Level.Trial)
  public void encodeOnce() {
    frame = new JsonObject()
        .put("type", "send")
        .put("address", "orders.new")
        .put("replyAddress", "reply-1")
        .put("headers", new JsonObject().put("tenant", "one"))
        .put("body", new JsonObject().put("text", "x".repeat(body)));
    encoded = Frames.encode(frame);
    burst = Buffer.buffer();
    for (int i = 0; i < BURST; i++) {
      burst.appendBuffer(encoded);
    }
  }

  @Benchmark
  public Buffer encode() {
    return Frames.encode(frame);
  }

  /** A frame that came with one read. */
  @Benchmark
  public JsonObject decode() {
    decoder.add(encoded);
    return decoder.next();
  }

  /** A frame that came with several reads. */
  @Benchmark
  public JsonObject decodePieces() {
    JsonObject whole = null;
    int length = encoded.length();
    for (int i = 0; i < PIECES; i++) {
      // A copy, since the decoder may append to what it is given.
      decoder.add(encoded.getBuffer(length * i / PIECES, length * (i + 1) / PIECES));
      whole = decoder.next();
    }
    return whole;
  }

  /** Many frames that came with one read. */
  @Benchmark
  @OperationsPerInvocation(BURST)
  public void decodeBurst(Blackhole frames) {
    decoder.add(burst);
    for (JsonObject next = decoder.next(); next != null; next = decoder.next()) {
      frames.consume(next);
    }
  }
}
