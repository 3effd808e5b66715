// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test in which a warning was logged: event loops, promises and the poller log what the code they run throws,
 * and go on.
 */
public final class LogWatch implements BeforeEachCallback, AfterEachCallback {

  private static final List<Warning> WARNINGS = new ArrayList<>();
  private static final Handler HANDLER = new Handler() {
    @Override
    public void publish(LogRecord event) {
      if (event.getLevel().intValue() >= Level.WARNING.intValue()) {
        synchronized (WARNINGS) {
          WARNINGS.add(new Warning(Thread.currentThread(),
              event.getLoggerName() + ": " + event.getMessage() + traceOf(event.getThrown())));
        }
      }
    }

    @Override
    public void flush() {
      // Nothing is buffered.
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  };

  private static String traceOf(Throwable thrown) {
    StringWriter trace = new StringWriter();
    if (thrown != null) {
      thrown.printStackTrace(new PrintWriter(trace.append('\n'), true));
    }
    return trace.toString();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    take();
    LogManager.getLogManager().getLogger("").addHandler(HANDLER);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    LogManager.getLogManager().getLogger("").removeHandler(HANDLER);
    assertEquals("", take(), "logged");
  }

  /** The warnings since the last time; whoever takes them has expected them. */
  public static String take() {
    return take(warning -> true);
  }

  /** The same, of those that this thread has logged. */
  static String takeOwn() {
    return take(warning -> warning.thread == Thread.currentThread());
  }

  private static String take(Predicate<Warning> wanted) {
    synchronized (WARNINGS) {
      String taken = WARNINGS.stream().filter(wanted).map(Warning::text).collect(Collectors.joining("\n"));
      WARNINGS.removeIf(wanted);
      return taken;
    }
  }

  /** What was logged, and where. */
  private record Warning(Thread thread, String text) {
  }
}
