// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test in which a warning was logged: event loops, promises and the poller log what the code they run throws,
 * and go on.
 */
public final class LogWatch implements BeforeEachCallback, AfterEachCallback {

  private static final List<String> WARNINGS = new ArrayList<>();
  private static final Handler HANDLER = new Handler() {
    @Override
    public void publish(LogRecord event) {
      if (event.getLevel().intValue() >= Level.WARNING.intValue()) {
        synchronized (WARNINGS) {
          WARNINGS.add(event.getLoggerName() + ": " + event.getMessage() + traceOf(event.getThrown()));
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
    synchronized (WARNINGS) {
      String taken = String.join("\n", WARNINGS);
      WARNINGS.clear();
      return taken;
    }
  }
}
