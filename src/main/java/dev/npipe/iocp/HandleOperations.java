// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The operations of one handle, and their OVERLAPPED blocks.
 */
final class HandleOperations {

  private final OverlappedBlocks blocks;

  // Replaced as a whole by the thread that builds the channel and then its event loop, read by the one that dequeues.
  private volatile IoOperation[] operations = {};

  HandleOperations(OverlappedBlocks blocks) {
    this.blocks = blocks;
  }

  /** Takes an operation in, and gives it its block. */
  OverlappedBlocks.Block adopt(IoOperation operation) {
    IoOperation[] more = Arrays.copyOf(operations, operations.length + 1);
    more[more.length - 1] = operation;
    operations = more;
    return blocks.take();
  }

  IoOperation at(long overlapped) {
    for (IoOperation operation : operations) {
      if (operation.block().address() == overlapped) {
        return operation;
      }
    }
    return null;
  }

  void forEach(Consumer<IoOperation> action) {
    for (IoOperation operation : operations) {
      action.accept(operation);
    }
  }

  void giveBlocksBack() {
    forEach(operation -> blocks.giveBack(operation.block()));
  }
}
