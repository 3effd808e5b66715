// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import dev.npipe.channel.NamedPipeAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A pipe as the name of a host, for what in Vert.x takes a host and a port and no other address: {@code name.npipe}. A
 * name that is no host's is written in hexadecimal digits, after {@code x--}.
 */
final class PipeHost {

  private static final String DOMAIN = ".npipe";
  private static final String HEX = "x--";
  private static final Pattern HOST = Pattern.compile("[a-z0-9]+(?:[-.]+[a-z0-9]+)*", Pattern.CASE_INSENSITIVE);
  private static final String LOCAL = "\\\\.\\pipe\\";

  private PipeHost() {
  }

  static boolean isPipe(String host) {
    return host.length() > DOMAIN.length() && host.toLowerCase(Locale.ROOT).endsWith(DOMAIN);
  }

  static String of(NamedPipeAddress pipe) {
    String name = pipe.isLocal() ? pipe.path().substring(LOCAL.length()) : pipe.path();
    boolean plain = HOST.matcher(name).matches() && !name.contains("..") && !isHex(name);
    return (plain ? name : HEX + HexFormat.of().formatHex(name.getBytes(StandardCharsets.UTF_8))) + DOMAIN;
  }

  /**
   * The pipe that a host stands for.
   *
   * @throws IllegalArgumentException when it stands for none
   */
  static NamedPipeAddress parse(String host) {
    String name = host.substring(0, host.length() - DOMAIN.length());
    return NamedPipeAddress.of(isHex(name)
        ? new String(HexFormat.of().parseHex(name.substring(HEX.length())), StandardCharsets.UTF_8)
        : name);
  }

  private static boolean isHex(String name) {
    return name.regionMatches(true, 0, HEX, 0, HEX.length());
  }
}
