// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamedPipeAddressTest {

  @ParameterizedTest
  @ValueSource(strings = {"name", "\\\\.\\pipe\\name", "//./pipe/name", "npipe:////./pipe/name",
      "NPIPE:////./pipe/name", "\\\\?\\pipe\\name", "\\\\.\\PIPE\\name"})
  void everyFormNamesTheSamePipe(String form) {
    NamedPipeAddress address = NamedPipeAddress.of(form);
    assertEquals("\\\\.\\pipe\\name", address.path());
    assertTrue(address.isLocal());
  }

  @Test
  void caseIsKeptButDoesNotCount() {
    assertEquals("\\\\.\\pipe\\Name", NamedPipeAddress.of("Name").path());
    assertEquals(NamedPipeAddress.of("Name"), NamedPipeAddress.of("nAME"));
    assertEquals(NamedPipeAddress.of("Name").hashCode(), NamedPipeAddress.of("nAME").hashCode());
  }

  @Test
  void anotherMachinesPipeIsNotLocal() {
    NamedPipeAddress address = NamedPipeAddress.of("\\\\server\\pipe\\name");
    assertFalse(address.isLocal());
    assertEquals("server", address.server());
    assertEquals("\\\\server\\pipe\\name", address.path());
  }

  @Test
  void aNameMayHaveBackslashes() {
    assertEquals("\\\\.\\pipe\\LOCAL\\name", NamedPipeAddress.of("LOCAL\\name").path());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\\\\.\\pipe\\", "//./pipe/", "//./pipe//", "\\\\.\\pipe", "C:\\temp\\file",
      "/tmp/socket", "\\name", "a\0b", "\\\\.\\mailslot\\name", "npipe:name", "NPIPE:name", "tcp://name", "\\\\"})
  void whatIsNotTheNameOfAPipeIsRefusedAtOnce(String name) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> NamedPipeAddress.of(name));
    assertTrue(refused.getMessage().startsWith("Not the name of a pipe"), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"..\\C:\\file", "\\\\.\\pipe\\..\\C:\\file", "\\\\?\\pipe\\..\\COM3", "../PhysicalDrive0",
      "npipe:////./pipe/../C:/file", "a\\..\\..\\C:\\file", "\\\\server\\pipe\\..\\x", "..", ".", ".. ", " ",
      "a\\.\\b"})
  void aNameThatLeadsOutOfThePipesIsRefused(String name) {
    assertThrows(IllegalArgumentException.class, () -> NamedPipeAddress.of(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"name.", "name ", "name. .", "a.\\b", "name..."})
  void aNameThatWindowsWouldShortenIsRefused(String name) {
    assertThrows(IllegalArgumentException.class, () -> NamedPipeAddress.of(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.b", ".hidden", "..name", "a b", " a", "a\\..b"})
  void dotsAndSpacesElsewhereArePartOfTheName(String name) {
    assertEquals("\\\\.\\pipe\\" + name, NamedPipeAddress.of(name).path());
  }

  @Test
  void nullIsRefusedAtOnce() {
    assertThrows(NullPointerException.class, () -> NamedPipeAddress.of(null));
  }

  @Test
  void aPathMayHave256CharactersAndNoMore() {
    int prefix = "\\\\.\\pipe\\".length();
    assertEquals(256, NamedPipeAddress.of("x".repeat(256 - prefix)).path().length());
    assertThrows(IllegalArgumentException.class, () -> NamedPipeAddress.of("x".repeat(257 - prefix)));
  }
}
