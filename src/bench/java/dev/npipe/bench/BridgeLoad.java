// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.StreamChannel;

/**
 * One client of a bridge that always has so many requests, or messages to itself, on their way.
 */
final class BridgeLoad {

  private final Vertx vertx;
  private final StreamChannel channel;
  private final int window;
  private final Buffer request;
  private final Promise<Void> ready = Promise.promise();

  // Event loop only, but for a look from outside.
  private volatile long done;

  // Event loop only.
  private Buffer unparsed = Buffer.buffer();
  private boolean started;
  private boolean stopped;

  BridgeLoad(Vertx vertx, StreamChannel channel, boolean publish, int window, String address) {
    this.vertx = vertx;
    this.channel = channel;
    this.window = window;
    this.request = publish
        ? frame("{\"type\":\"publish\",\"address\":\"" + address + "\",\"body\":{\"text\":\"hello\"}}")
        : frame("{\"type\":\"send\",\"address\":\"echo\",\"replyAddress\":\"r\",\"body\":{\"text\":\"hello\"}}");
    vertx.runOnContext(now -> {
      channel.handler(this::parse);
      channel.resume();
      channel.write(frame("{\"type\":\"register\",\"address\":\"" + address + "\"}"));
      // Its answer says that the registration stands.
      channel.write(frame("{\"type\":\"ping\"}"));
    });
  }

  private static Buffer frame(String json) {
    return Buffer.buffer().appendInt(json.length()).appendString(json);
  }

  Future<Void> ready() {
    return ready.future();
  }

  void start() {
    vertx.runOnContext(now -> {
      started = true;
      for (int i = 0; i < window; i++) {
        channel.write(request);
      }
    });
  }

  long done() {
    return done;
  }

  Future<Void> stop() {
    return Future.future(promise -> vertx.runOnContext(now -> {
      stopped = true;
      channel.close().onComplete(promise);
    }));
  }

  private void parse(Buffer bytes) {
    unparsed = unparsed.length() == 0 ? bytes : unparsed.appendBuffer(bytes);
    int position = 0;
    while (unparsed.length() - position >= 4 && unparsed.length() - position - 4 >= unparsed.getInt(position)) {
      position += 4 + unparsed.getInt(position);
      frameCame();
    }
    unparsed = unparsed.getBuffer(position, unparsed.length());
  }

  private void frameCame() {
    if (!started) {
      ready.tryComplete();
    } else if (!stopped) {
      done++;
      channel.write(request);
    }
  }
}
