// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * For tests that measure memory: the detector's records of who touched a buffer are many times larger than that. The
 * tests of an execution run one after the other.
 */
final class WithoutLeakDetector implements BeforeEachCallback, AfterEachCallback {

  private ResourceLeakDetector.Level level;

  @Override
  public void beforeEach(ExtensionContext context) {
    level = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    ResourceLeakDetector.setLevel(level);
  }
}
