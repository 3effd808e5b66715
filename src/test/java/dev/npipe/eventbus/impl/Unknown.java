// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** A body that JSON can not be made of. */
final class Unknown {

  /** Hands it on within the process. */
  static final class Codec implements MessageCodec<Unknown, Unknown> {

    @Override
    public void encodeToWire(Buffer buffer, Unknown body) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Unknown decodeFromWire(int position, Buffer buffer) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Unknown transform(Unknown body) {
      return body;
    }

    @Override
    public String name() {
      return "unknown";
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
