// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import dev.npipe.channel.NamedPipeAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A pipe as the name of a host, for what in Vert.x takes a host and a port and no other address: {@code name.npipe}. A
 * name that is no host's is written in hexadecimal digits, after {@code x--}.
 */
final class PipeHost {

  private static final String DOMAIN = ".npipe";
  private static final String HEX = "x--";
  private static final Pattern HOST = Pattern.compile("[a-z0-9]+(?:[-.]+[a-z0-9]+)*", Pattern.CASE_INSENSITIVE);
  // Not every such host is a pipe: whoever chooses the URL that a program fetches, or redirects it, would otherwise
  // have it connect to the pipes of the machine, and offer its credentials to servers elsewhere.
  private static final Map<String, NamedPipeAddress> NAMED = new ConcurrentHashMap<>();
  private static final String LOCAL = "\\\\.\\pipe\\";

  private PipeHost() {
  }

  /** The pipe that a host stands for, or null: a host is one only when this process has asked for it. */
  static NamedPipeAddress find(String host) {
    return NAMED.get(host.toLowerCase(Locale.ROOT));
  }

  /** The host for a pipe, which stands for it from now on. */
  static String of(NamedPipeAddress pipe) {
    String name = pipe.isLocal() ? pipe.path().substring(LOCAL.length()) : pipe.path();
    boolean plain = HOST.matcher(name).matches() && !name.contains("..") && !isHex(name);
    String host = (plain ? name : HEX + HexFormat.of().formatHex(name.getBytes(StandardCharsets.UTF_8))) + DOMAIN;
    NAMED.put(host.toLowerCase(Locale.ROOT), pipe);
    return host;
  }

  private static boolean isHex(String name) {
    return name.regionMatches(true, 0, HEX, 0, HEX.length());
  }
}
