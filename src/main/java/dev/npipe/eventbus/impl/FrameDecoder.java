// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Cuts a stream of bytes into frames: four bytes of length, big-endian, and as many bytes of JSON. A length is checked
 * as soon as it is there, before what follows it is kept.
 */
final class FrameDecoder {

  private static final int HEADER_BYTES = 4;

  private final int maxFrameSize;
  private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder()
      .onMalformedInput(CodingErrorAction.REPORT)
      .onUnmappableCharacter(CodingErrorAction.REPORT);

  // Context only.
  private Buffer bytes = Buffer.buffer();
  private int position;

  FrameDecoder(int maxFrameSize) {
    this.maxFrameSize = maxFrameSize;
  }

  /** Takes what has been read. */
  void add(Buffer read) {
    if (position == bytes.length()) {
      bytes = read;
    } else if (position == 0) {
      bytes.appendBuffer(read);
    } else {
      bytes = Buffer.buffer(bytes.length() - position + read.length())
          .appendBuffer(bytes, position, bytes.length() - position)
          .appendBuffer(read);
    }
    position = 0;
  }

  /** Whether a frame has begun to come and is not yet whole, or was not yet taken. */
  boolean holdsBytes() {
    return position < bytes.length();
  }

  /**
   * Takes the next whole frame. One whose content is bad is taken too: the next is behind it.
   *
   * @return the frame, null when it is still to come
   * @throws BadFrameException when the content is no JSON object
   * @throws LostFramingException when the length can not be one, and so where the next frame begins is not known
   */
  JsonObject next() {
    int available = bytes.length() - position;
    if (available < HEADER_BYTES) {
      return null;
    }
    int length = bytes.getInt(position);
    if (length < 0) {
      throw new LostFramingException("invalid_frame_length");
    }
    if (length > maxFrameSize) {
      throw new LostFramingException("frame_too_long");
    }
    if (available - HEADER_BYTES < length) {
      return null;
    }
    int start = position + HEADER_BYTES;
    position = start + length;
    byte[] content = bytes.getBytes(start, position);
    if (position == bytes.length()) {
      clear();
    }
    return parse(content);
  }

  private JsonObject parse(byte[] content) {
    try {
      // Decoded here because the JSON parser takes other encodings too, and the buffer replaces what it can not decode.
      Object value = Json.decodeValue(utf8.decode(ByteBuffer.wrap(content)).toString());
      if (value instanceof JsonObject) {
        return (JsonObject) value;
      }
    } catch (CharacterCodingException | DecodeException notJson) {
      throw new BadFrameException("invalid_json");
    }
    throw new BadFrameException("invalid_json");
  }

  /** Forgets what is left. */
  void clear() {
    bytes = Buffer.buffer();
    position = 0;
  }

  /** The stream can not be understood from here on. */
  static final class LostFramingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LostFramingException(String message) {
      super(message, null, false, false);
    }
  }
}
