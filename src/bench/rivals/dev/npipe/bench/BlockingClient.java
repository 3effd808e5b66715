// SPDX-License-Identifier: Apache-2.0
package dev.npipe.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** The measurements with sockets that block: a thread for each connection, and for each direction of a stream. */
final class BlockingClient {

  private final Rival rival;
  private final String path;
  private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
    Thread thread = new Thread(null, work, "client", 256 * 1024);
    thread.setDaemon(true);
    return thread;
  });

  BlockingClient(Rival rival, String path) {
    this.rival = rival;
    this.path = path;
  }

  private static long deadline(double limitSeconds) {
    return limitSeconds > 0 ? System.nanoTime() + (long) (limitSeconds * 1e9) : Long.MAX_VALUE;
  }

  List<Socket> connect(int count) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    while (sockets.size() < count) {
      sockets.add(rival.connect(path));
    }
    return sockets;
  }

  static void roundTrip(Socket socket, byte[] payload, byte[] received) throws IOException {
    socket.getOutputStream().write(payload);
    InputStream in = socket.getInputStream();
    for (int got = 0; got < payload.length;) {
      int length = in.read(received, got, payload.length - got);
      if (length <= 0) {
        throw new EOFException("the server closed the connection");
      }
      got += length;
    }
  }

  /** So many round trips in all, or as many as the limit allows; 0 is no limit. */
  String pingPong(List<Socket> sockets, int size, int trips, double limitSeconds) throws Exception {
    AtomicInteger begun = new AtomicInteger();
    Samples samples = new Samples(trips);
    Allocated allocated = Allocated.begin();
    long began = System.nanoTime();
    long deadline = deadline(limitSeconds);
    List<Future<?>> each = new ArrayList<>();
    for (Socket socket : sockets) {
      each.add(threads.submit(() -> {
        byte[] payload = new byte[size];
        byte[] received = new byte[size];
        for (long sentAt = System.nanoTime(); begun.getAndIncrement() < trips && sentAt < deadline;) {
          roundTrip(socket, payload, received);
          long now = System.nanoTime();
          synchronized (samples) {
            samples.add(now - sentAt);
          }
          sentAt = now;
        }
        return null;
      }));
    }
    join(each);
    double seconds = (System.nanoTime() - began) / 1e9;
    double bytes = allocated.since();
    int done = samples.count();
    return String.format(Locale.ROOT, "us_per_rt=%.1f msgs_per_s=%.0f MB_per_s=%.2f %s alloc_per_rt=%.0f",
        seconds * 1e6 / done, done / seconds, (double) done * size / seconds / 1e6, samples.percentiles(),
        bytes / done);
  }

  private static void join(List<Future<?>> each) throws Exception {
    for (Future<?> one : each) {
      try {
        one.get();
      } catch (ExecutionException e) {
        throw new IOException(e.getCause());
      }
    }
  }

  /** So many bytes, or as many as the limit allows, until all that is due has come back. */
  String stream(Socket socket, int chunk, long answer, long total, double limitSeconds) throws Exception {
    StreamProgress progress = new StreamProgress(answer);
    long began = System.nanoTime();
    long deadline = deadline(limitSeconds);
    Future<?> writer = threads.submit(() -> {
      try {
        OutputStream out = socket.getOutputStream();
        byte[] piece = new byte[chunk];
        for (long left = total; left > 0 && !(progress.isWhole() && System.nanoTime() >= deadline);) {
          int length = (int) Math.min(chunk, left);
          left -= length;
          progress.sending(length);
          out.write(piece, 0, length);
        }
      } finally {
        progress.end();
      }
      return null;
    });
    InputStream in = socket.getInputStream();
    byte[] received = new byte[65_536];
    for (long got = 0; progress.awaitMoreThan(got);) {
      int length = in.read(received);
      if (length <= 0) {
        throw new EOFException("the server closed the connection");
      }
      got += length;
    }
    join(List.of(writer));
    double seconds = (System.nanoTime() - began) / 1e9;
    return String.format(Locale.ROOT, "seconds=%.3f MB_per_s=%.1f", seconds, progress.sent() / seconds / 1e6);
  }

  /** So many connections one after the other, or as many as the limit allows. */
  String connectRate(int size, int connections, double limitSeconds) throws IOException {
    byte[] payload = new byte[size];
    byte[] received = new byte[size];
    Samples samples = new Samples(connections);
    long began = System.nanoTime();
    long deadline = deadline(limitSeconds);
    while (samples.count() < connections && System.nanoTime() < deadline) {
      long connectBegan = System.nanoTime();
      try (Socket socket = rival.connect(path)) {
        roundTrip(socket, payload, received);
      }
      samples.add(System.nanoTime() - connectBegan);
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    return String.format(Locale.ROOT, "us_per_conn=%.1f conns_per_s=%.0f %s", seconds * 1e6 / samples.count(),
        samples.count() / seconds, samples.percentiles());
  }
}
