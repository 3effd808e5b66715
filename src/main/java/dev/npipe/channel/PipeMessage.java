// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.DefaultByteBufHolder;

/**
 * One message to be written to a pipe in message mode, also if it has no byte. A plain {@link ByteBuf} is one message
 * too, unless it is empty: an empty buffer is written by many a handler that means nothing by it.
 */
public final class PipeMessage extends DefaultByteBufHolder {

  /**
   * Makes a message.
   *
   * @param content its bytes, which may be none; released with the message
   */
  public PipeMessage(ByteBuf content) {
    super(content);
  }

  @Override
  public PipeMessage replace(ByteBuf content) {
    return new PipeMessage(content);
  }
}
