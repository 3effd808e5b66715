// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/** What is written to one socket: its length and hash, in the words of the slow readers. */
final class Sent {

  private static final Buffer BYTES = PipeRig.random(1 << 20);

  private final NamedPipeSocket socket;
  private final Random random;
  private final MessageDigest digest;
  private long length;

  Sent(NamedPipeSocket socket, Random random) {
    this.socket = socket;
    this.random = random;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes so many bytes at most; what is refused at once does not count. */
  Future<Void> write(int most) {
    int bytes = 1 + random.nextInt(most);
    int from = random.nextInt(BYTES.length() - bytes);
    Buffer part = BYTES.getBuffer(from, from + bytes);
    byte[] copy = part.getBytes();
    Future<Void> written = socket.write(part);
    if (!written.failed()) {
      digest.update(copy);
      length += bytes;
    }
    return written;
  }

  long length() {
    return length;
  }

  /** Once. */
  String summary() {
    return length + " " + HexFormat.of().formatHex(digest.digest());
  }
}
