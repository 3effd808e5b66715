// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/** Much content, known by its length and hash. */
final class Content {

  static final int MIB = 1024 * 1024;
  private static final int CHUNK_BYTES = 64 * 1024;

  private final MessageDigest digest;
  private long length;

  private Content() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void add(Buffer buffer) {
    digest.update(buffer.getBytes());
    length += buffer.length();
  }

  private String summary() {
    return length + " " + HexFormat.of().formatHex(digest.digest());
  }

  /** Reads to the end; length and hash. */
  static Future<String> receive(ReadStream<Buffer> stream) {
    Promise<String> received = Promise.promise();
    Content content = new Content();
    stream.handler(content::add);
    stream.exceptionHandler(received::tryFail);
    stream.endHandler(ended -> received.tryComplete(content.summary()));
    return received.future();
  }

  /** Writes as fast as it is taken, and leaves the end to the caller; length and hash. */
  static Future<String> send(WriteStream<Buffer> stream, int mib) {
    Promise<String> sent = Promise.promise();
    Content content = new Content();
    Random random = new Random(mib);
    byte[] bytes = new byte[CHUNK_BYTES];
    Handler<Void> writeOn = room -> {
      while (content.length < (long) mib * MIB && !stream.writeQueueFull()) {
        random.nextBytes(bytes);
        Buffer chunk = Buffer.buffer(bytes);
        content.add(chunk);
        stream.write(chunk).onFailure(sent::tryFail);
      }
      if (content.length == (long) mib * MIB && !sent.future().isComplete()) {
        sent.complete(content.summary());
      }
    };
    stream.exceptionHandler(sent::tryFail);
    stream.drainHandler(writeOn);
    writeOn.handle(null);
    return sent.future();
  }
}
