// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.WeakReference;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails the tests when Netty's leak detector has reported a buffer that nobody released: at the end of each class what
 * has been reported until then, and at the end of all, after the heap was collected, the rest. JUnit finds it as a
 * service, so that it is with every class. A leak may be reported during a later class than the one it is of; its
 * records tell.
 */
public final class LeakWatch implements BeforeAllCallback, AfterAllCallback {

  private static final int COLLECTIONS = 3;
  private static final int ATTEMPTS = 100;
  private static final int ATTEMPT_MILLIS = 10;
  private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();

  static {
    // Before any class of Netty's that has a detector of its own is initialised.
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new RecordingDetectors());
  }

  /** Remembers what another one would log. */
  private static final class RecordingDetector<T> extends ResourceLeakDetector<T> {

    RecordingDetector(Class<?> resource, int samplingInterval) {
      super(resource, samplingInterval);
    }

    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String resource, String records) {
      REPORTS.add(resource + " was not released:" + records);
    }

    @Override
    protected void reportUntracedLeak(String resource) {
      REPORTS.add(resource + " was not released");
    }
  }

  private static final class RecordingDetectors extends ResourceLeakDetectorFactory {

    @SuppressWarnings("deprecation") // it is the abstract one
    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval, long active) {
      return new RecordingDetector<>(resource, samplingInterval);
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    context.getRoot().getStore(ExtensionContext.Namespace.create(LeakWatch.class))
        .getOrComputeIfAbsent("the end", end -> (AutoCloseable) () -> {
          collect();
          failIfAny();
        });
  }

  @Override
  public void afterAll(ExtensionContext context) {
    failIfAny();
  }

  private static void failIfAny() {
    String reported = take();
    if (!reported.isEmpty()) {
      throw new AssertionError(reported);
    }
  }

  /** What was reported since the last time; whoever takes it has expected it. */
  static String take() {
    StringBuilder taken = new StringBuilder();
    for (String report = REPORTS.poll(); report != null; report = REPORTS.poll()) {
      taken.append(taken.isEmpty() ? "" : "\n").append(report);
    }
    return taken.toString();
  }

  /** Has the heap collected, and what is found there reported: the detector looks when another buffer is tracked. */
  static void collect() throws InterruptedException {
    for (int i = 0; i < COLLECTIONS; i++) {
      WeakReference<Object> garbage = new WeakReference<>(new Object());
      SynchronousQueue<Object> nothing = new SynchronousQueue<>();
      for (int attempt = 0; garbage.get() != null && attempt < ATTEMPTS; attempt++) {
        System.gc();
        nothing.poll(ATTEMPT_MILLIS, TimeUnit.MILLISECONDS);
      }
      ByteBufAllocator.DEFAULT.directBuffer(1).release();
    }
  }
}
