// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.metrics.TransportMetrics;

/**
 * Reports one connection to the metrics, if there are any. Bytes are reported by the 4 KiB, as Vert.x does for its
 * sockets, and the remainder at the end. Event loop only.
 *
 * <p>The remote address is the path of the pipe for all clients: metrics make a label of it.
 */
final class ConnectionMetrics {

  private static final long REPORTED_TOGETHER = 4096;

  private final TransportMetrics<Object> metrics;
  private final SocketAddress address;
  private final Object connection;
  private long bytesRead;
  private long bytesWritten;

  @SuppressWarnings("unchecked") // the metric of a connection goes back to where it came from
  ConnectionMetrics(TransportMetrics<?> metrics, String path) {
    this.metrics = (TransportMetrics<Object>) metrics;
    this.address = metrics == null ? null : SocketAddress.domainSocketAddress(path);
    this.connection = metrics == null ? null : this.metrics.connected(address, path);
  }

  void read(long bytes) {
    if (metrics != null) {
      bytesRead += bytes;
      if (bytesRead >= REPORTED_TOGETHER) {
        long reported = bytesRead - bytesRead % REPORTED_TOGETHER;
        bytesRead -= reported;
        metrics.bytesRead(connection, address, reported);
      }
    }
  }

  void written(long bytes) {
    if (metrics != null) {
      bytesWritten += bytes;
      if (bytesWritten >= REPORTED_TOGETHER) {
        long reported = bytesWritten - bytesWritten % REPORTED_TOGETHER;
        bytesWritten -= reported;
        metrics.bytesWritten(connection, address, reported);
      }
    }
  }

  void failed(Throwable cause) {
    if (metrics != null) {
      metrics.exceptionOccurred(connection, address, cause);
    }
  }

  void disconnected() {
    if (metrics == null) {
      return;
    }
    if (bytesRead > 0) {
      metrics.bytesRead(connection, address, bytesRead);
    }
    if (bytesWritten > 0) {
      metrics.bytesWritten(connection, address, bytesWritten);
    }
    metrics.disconnected(connection, address);
  }
}
