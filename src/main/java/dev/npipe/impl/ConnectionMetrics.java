// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
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

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionMetrics.class);

  private final TransportMetrics<Object> metrics;
  private final SocketAddress address;
  private final Object connection;
  private long bytesRead;
  private long bytesWritten;
  private boolean complained;

  @SuppressWarnings("unchecked") // the metric of a connection goes back to where it came from
  ConnectionMetrics(TransportMetrics<?> metrics, String path) {
    this.metrics = (TransportMetrics<Object>) metrics;
    this.address = metrics == null ? null : SocketAddress.domainSocketAddress(path);
    Object connected = null;
    try {
      connected = metrics == null ? null : this.metrics.connected(address, path);
    } catch (RuntimeException e) {
      complain(e);
    }
    this.connection = connected;
  }

  /** Somebody else's code: what it throws must not cost a connection its bytes or its end. */
  private void complain(RuntimeException failure) {
    if (!complained) {
      complained = true;
      LOG.error("Metrics of " + address + " fail; said once for this connection", failure);
    }
  }

  void read(long bytes) {
    if (metrics != null) {
      bytesRead += bytes;
      if (bytesRead >= REPORTED_TOGETHER) {
        long reported = bytesRead - bytesRead % REPORTED_TOGETHER;
        bytesRead -= reported;
        reportRead(reported);
      }
    }
  }

  void written(long bytes) {
    if (metrics != null) {
      bytesWritten += bytes;
      if (bytesWritten >= REPORTED_TOGETHER) {
        long reported = bytesWritten - bytesWritten % REPORTED_TOGETHER;
        bytesWritten -= reported;
        reportWritten(reported);
      }
    }
  }

  private void reportRead(long bytes) {
    try {
      metrics.bytesRead(connection, address, bytes);
    } catch (RuntimeException e) {
      complain(e);
    }
  }

  private void reportWritten(long bytes) {
    try {
      metrics.bytesWritten(connection, address, bytes);
    } catch (RuntimeException e) {
      complain(e);
    }
  }

  void failed(Throwable cause) {
    if (metrics != null) {
      try {
        metrics.exceptionOccurred(connection, address, cause);
      } catch (RuntimeException e) {
        complain(e);
      }
    }
  }

  void disconnected() {
    if (metrics == null) {
      return;
    }
    if (bytesRead > 0) {
      reportRead(bytesRead);
    }
    if (bytesWritten > 0) {
      reportWritten(bytesWritten);
    }
    try {
      metrics.disconnected(connection, address);
    } catch (RuntimeException e) {
      complain(e);
    }
  }
}
