// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus;

import io.vertx.codegen.annotations.VertxGen;

/**
 * What becomes of a client that reads more slowly than it is written to, once {@link
 * NamedPipeBridgeOptions#setMaxOutboundBytes maxOutboundBytes} wait for it.
 */
@VertxGen
public enum SlowReaderPolicy {

  /**
   * Its connection is aborted: the client notices, connects again, and registers again. The default.
   */
  CLOSE,

  /**
   * Messages of the addresses it has registered are dropped until there is room; whoever sent one as a request is told
   * by a failure. Risk: the client does not notice that it missed something. An answer or an error that finds no room
   * aborts the connection all the same.
   */
  DROP
}
