// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.StreamChannel;
import io.vertx.core.streams.WriteStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client of an event-bus bridge, over whatever stream, that writes raw frames and notes what comes. */
final class FramePlayer {

  static final int PATIENCE_SECONDS = 30;
  private static final String END = "the end";

  final EventBus bus;
  private final WriteStream<Buffer> out;
  private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
  private final List<String> transcript = new ArrayList<>();

  private final int silenceMillis;

  // Context only.
  private Buffer unparsed = Buffer.buffer();

  FramePlayer(EventBus bus, StreamChannel stream) {
    this(bus, stream, PATIENCE_SECONDS * 1000);
  }

  /** With a bridge that may not answer: how long that takes to be known. */
  FramePlayer(EventBus bus, StreamChannel stream, int silenceMillis) {
    this.silenceMillis = silenceMillis;
    this.bus = bus;
    this.out = stream;
    stream.endHandler(ended -> frames.add(END));
    stream.handler(this::parse);
  }

  private void parse(Buffer bytes) {
    unparsed.appendBuffer(bytes);
    while (unparsed.length() >= 4 && unparsed.length() - 4 >= unparsed.getInt(0)) {
      int end = 4 + unparsed.getInt(0);
      frames.add(unparsed.getString(4, end));
      unparsed = unparsed.getBuffer(end, unparsed.length());
    }
  }

  static Buffer frame(String json) {
    byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return Buffer.buffer().appendInt(bytes.length).appendBytes(bytes);
  }

  /** Sends a frame; a single quote stands for a double one. */
  FramePlayer send(String json) {
    return write(frame(json));
  }

  FramePlayer write(Buffer bytes) {
    out.write(bytes);
    return this;
  }

  void end() {
    out.end();
  }

  /** The next frame, noted as it came but for the addresses that the event bus makes up. */
  JsonObject take() throws Exception {
    String frame = poll(PATIENCE_SECONDS * 1000);
    if (frame == null) {
      throw new TimeoutException("No frame within " + PATIENCE_SECONDS + " s, after " + transcript);
    }
    return new JsonObject(frame);
  }

  private String poll(long millis) throws InterruptedException {
    String frame = frames.poll(millis, TimeUnit.MILLISECONDS);
    if (frame != null) {
      transcript.add(frame.replaceAll("__vertx\\.reply\\.[-0-9a-f]+", "__vertx.reply"));
    }
    return frame;
  }

  /** Everything sent so far has been looked at. */
  FramePlayer settle() throws Exception {
    send("{'type':'ping'}");
    take();
    return this;
  }

  /** Whether the bridge still answers; whatever comes before the answer is noted. */
  void probe() throws Exception {
    send("{'type':'ping'}");
    String frame;
    do {
      frame = poll(silenceMillis);
    } while (frame != null && !frame.equals(END) && !frame.contains("pong"));
    if (frame == null) {
      transcript.add("silence");
    }
  }

  /** Waits until the bridge has ended the connection. */
  void takeEnd() throws Exception {
    String frame = poll(PATIENCE_SECONDS * 1000);
    if (!END.equals(frame)) {
      throw new AssertionError("Not the end, but " + frame);
    }
  }

  void note(Object what) {
    transcript.add(String.valueOf(what));
  }

  /** What has come and what was noted, in order. */
  List<String> transcript() {
    return List.copyOf(transcript);
  }

  int waiting() {
    return frames.size();
  }
}
