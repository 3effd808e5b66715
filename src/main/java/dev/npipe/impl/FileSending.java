// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import io.netty.handler.stream.ChunkedNioFile;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes a file chunk by chunk.
 */
final class FileSending {

  private static final Logger LOG = LoggerFactory.getLogger(FileSending.class);
  private static final int CHUNK_BYTES = 64 * 1024;

  private FileSending() {
  }

  /** Sends what there is from the offset on, at most that length; the file is closed whatever happens. */
  static Future<Void> send(ContextInternal context, PipeWriteQueue outbound, Path path, long offset, long length) {
    FileChannel file = null;
    try {
      file = FileChannel.open(path, StandardOpenOption.READ);
      long size = file.size();
      long begin = Math.min(offset, size);
      long sent = Math.min(length, size - begin);
      PromiseInternal<Void> promise = context.promise();
      FileChannel opened = file;
      promise.future().onComplete(done -> closeQuietly(opened));
      outbound.write(new ChunkedNioFile(file, begin, sent, CHUNK_BYTES), sent, promise);
      return promise.future();
    } catch (IOException e) {
      closeQuietly(file);
      return context.failedFuture(e);
    }
  }

  private static void closeQuietly(FileChannel file) {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        LOG.debug("A file that was only read could not be closed", e);
      }
    }
  }
}
