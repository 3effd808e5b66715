// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.jna.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipeDirectoryTest {

  private static final int ENTRY_BYTES = 96;

  private static void entry(Memory buffer, int index, boolean last, String name, long instances, long most) {
    long at = (long) index * ENTRY_BYTES;
    byte[] bytes = name.getBytes(StandardCharsets.UTF_16LE);
    buffer.setInt(at, last ? 0 : ENTRY_BYTES);
    buffer.setLong(at + 40, instances);
    buffer.setLong(at + 48, most);
    buffer.setInt(at + 60, bytes.length);
    buffer.write(at + 64, bytes, 0, bytes.length);
  }

  @Test
  void entriesAreReadAsTheSystemLaysThemOut() {
    List<String> pipes = new ArrayList<>();
    try (Memory buffer = new Memory(3 * ENTRY_BYTES)) {
      buffer.clear();
      entry(buffer, 0, false, "lsass", 4, 0xFFFF_FFFFL);
      entry(buffer, 1, false, "Grüße", 1, 1);
      entry(buffer, 2, true, "a\\b", 254, 254);
      PipeDirectory.visit(buffer, (name, instances, most) -> pipes.add(name + " " + instances + "/" + most));
    }
    assertEquals(List.of("lsass 4/-1", "Grüße 1/1", "a\\b 254/254"), pipes);
  }
}
