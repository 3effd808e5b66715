// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A JVM that writes to so many clients, and ends without closing anything as soon as its writes are completed. The
 * first that connects is none of them: it finds out that the pipe is there, and stays, or it might go unnoticed.
 */
final class ExitingWriter {

  private static final int MOST_WRITES = 6;
  private static final int MOST_BYTES = 60_000;

  private ExitingWriter() {
  }

  static ForeignClient start(String pipe, int clients, long seed) throws Exception {
    return ForeignClient.start(new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-Djna.nosys=true",
        "-Djava.net.preferIPv4Stack=true", "-Dnpipe.driver=" + Driver.current().withoutTcp(),
        "-cp", System.getProperty("java.class.path"), ExitingWriter.class.getName(), pipe, "" + clients, "" + seed)
        .redirectErrorStream(true));
  }

  /** What runs there. */
  public static void main(String[] args) throws Exception {
    Random random = new Random(Long.parseLong(args[2]));
    List<Sent> streams = new ArrayList<>();
    List<Future<Void>> writes = new ArrayList<>();
    PipeRig.Box<Boolean> allHaveCome = new PipeRig.Box<>();
    Vertx vertx = Driver.current().build(Vertx.builder());
    AtomicBoolean isThere = new AtomicBoolean();
    PipeRig.await(NamedPipeServer.create(vertx).connectHandler(socket -> {
      if (isThere.compareAndSet(false, true)) {
        return;
      }
      Sent sent = new Sent(socket, random);
      for (int i = 1 + random.nextInt(MOST_WRITES); i > 0; i--) {
        writes.add(sent.write(MOST_BYTES));
      }
      streams.add(sent);
      if (streams.size() == Integer.parseInt(args[1])) {
        allHaveCome.put(true);
      }
    }).listen(args[0]));
    allHaveCome.take();
    for (Future<Void> write : writes) {
      PipeRig.await(write);
    }
    StringBuilder lines = new StringBuilder();
    streams.forEach(sent -> lines.append(sent.summary()).append('\n'));
    System.out.print(lines);
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }
}
