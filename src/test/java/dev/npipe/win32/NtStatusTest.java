// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NtStatusTest {

  // Runs where there is no ntdll, which is the proof that these take no native call.
  @ParameterizedTest
  @CsvSource({
    "0x00000000, 0", "0x00000103, 997", "0x80000005, 234", "0xC0000011, 38", "0xC00000B0, 233", "0xC00000B1, 232",
    "0xC0000120, 995", "0xC000014B, 109"})
  void theStatusesOfAPipesDailyLifeAreTranslatedWithoutTheSystem(String status, int error) {
    assertEquals(error, NtStatus.toWin32(Long.decode(status).intValue()));
  }
}
