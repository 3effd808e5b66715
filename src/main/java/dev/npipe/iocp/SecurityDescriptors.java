// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import dev.npipe.win32.SecurityDescriptor;
import dev.npipe.win32.Win32Exception;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The descriptors in use, by their SDDL, so that a listener that creates one instance after the other parses once.
 */
final class SecurityDescriptors {

  // An application has a handful; whoever makes one per connection gets no leak.
  static final int LIMIT = 64;

  private final Map<String, SecurityDescriptor> parsed = new ConcurrentHashMap<>();

  /**
   * The descriptor of an SDDL text, which stays usable as long as the caller holds it.
   *
   * @throws Win32Exception when the text is malformed
   */
  SecurityDescriptor get(String sddl) {
    SecurityDescriptor descriptor = parsed.get(sddl);
    if (descriptor == null) {
      descriptor = SecurityDescriptor.parse(sddl);
      if (parsed.size() >= LIMIT) {
        parsed.clear();
      }
      parsed.put(sddl, descriptor);
    }
    return descriptor;
  }

  /** How many are kept. */
  int size() {
    return parsed.size();
  }
}
