// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoRegistration;

/**
 * What a channel registers with an event loop that polls a completion port: a wish to be closed when the loop ends.
 * Completions do not pass through here; the operations themselves take them.
 */
final class PipeIoHandle implements IoHandle {

  private final Runnable close;

  PipeIoHandle(Runnable close) {
    this.close = close;
  }

  @Override
  public void handle(IoRegistration registration, IoEvent event) {
    throw new UnsupportedOperationException("A pipe has no events but completions");
  }

  @Override
  public void close() {
    close.run();
  }
}
