// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import java.net.SocketAddress;
import java.util.Locale;
import java.util.Objects;

/**
 * The name of a pipe.
 *
 * <p>Taken as {@code \\.\pipe\name}, {@code //./pipe/name}, {@code npipe:////./pipe/name} or the bare {@code name};
 * a client also takes {@code \\server\pipe\name}. Names are case-insensitive, as they are to Windows: two addresses
 * that differ in case only are equal, and {@link #path()} keeps the case that was given.
 *
 * <p>No part of a name, between backslashes, ends in a dot or a space: Windows follows {@code ..} out of the pipes, to
 * files and devices, and strips the others, so that two names would be one.
 *
 * @see <a href="https://learn.microsoft.com/windows/win32/ipc/pipe-names">Pipe Names</a>
 */
public final class NamedPipeAddress extends SocketAddress {

  /** The longest path Windows takes, in characters. */
  public static final int MAX_PATH_LENGTH = 256;

  private static final long serialVersionUID = 1L;
  private static final String URI_SCHEME = "npipe:";
  private static final String LOCAL_SERVER = ".";
  private static final String PIPE_DEVICE = "\\pipe\\";

  private final String server;
  private final String path;
  private final String key;

  private NamedPipeAddress(String server, String name) {
    this.server = server;
    this.path = "\\\\" + server + PIPE_DEVICE + name;
    this.key = path.toLowerCase(Locale.ROOT);
  }

  /**
   * Parses the name of a pipe.
   *
   * @param name in any of the accepted forms
   * @return the address
   * @throws NullPointerException when the name is null
   * @throws IllegalArgumentException when it is not the name of a pipe, saying why
   */
  public static NamedPipeAddress of(String name) {
    Objects.requireNonNull(name, "the name of the pipe is null");
    String given = hasScheme(name) ? name.substring(URI_SCHEME.length()) : name;
    String windows = given.replace('/', '\\');
    if (windows.startsWith("\\\\")) {
      return parsePath(name, windows);
    }
    if (windows.startsWith("\\") || windows.length() > 1 && windows.charAt(1) == ':' && given.length() == name.length()
        && Character.isLetter(windows.charAt(0))) {
      throw refused(name, "it is the path of a file; a pipe is \\\\.\\pipe\\name, or just a name");
    }
    if (given.length() != name.length()) {
      throw refused(name, "the form is npipe:////./pipe/name");
    }
    if (windows.contains(":\\\\")) {
      throw refused(name, "it is a URI, of which npipe: is the only scheme that is taken");
    }
    return checked(name, LOCAL_SERVER, windows);
  }

  private static boolean hasScheme(String name) {
    return name.regionMatches(true, 0, URI_SCHEME, 0, URI_SCHEME.length());
  }

  private static NamedPipeAddress parsePath(String given, String windows) {
    String rest = windows.substring(2);
    while (hasScheme(given) && rest.startsWith("\\")) {
      rest = rest.substring(1);
    }
    int end = rest.indexOf('\\');
    String server = end < 0 ? rest : rest.substring(0, end);
    String device = end < 0 ? "" : rest.substring(end);
    if (server.isEmpty() || !device.regionMatches(true, 0, PIPE_DEVICE, 0, PIPE_DEVICE.length())) {
      throw refused(given, "a path to a pipe has the form \\\\.\\pipe\\name");
    }
    return checked(given, server.equals("?") ? LOCAL_SERVER : server, device.substring(PIPE_DEVICE.length()));
  }

  private static NamedPipeAddress checked(String given, String server, String name) {
    if (name.chars().allMatch(character -> character == '\\')) {
      throw refused(given, "the name is empty");
    }
    if (name.indexOf('\0') >= 0) {
      throw refused(given.replace('\0', '?'), "it contains a NUL character");
    }
    for (String part : name.split("\\\\")) {
      // "File path formats on Windows systems", Path normalization.
      if (part.endsWith(".") || part.endsWith(" ")) {
        throw refused(given, "no part of a name may end in a dot or a space");
      }
    }
    NamedPipeAddress address = new NamedPipeAddress(server, name);
    if (address.path.length() > MAX_PATH_LENGTH) {
      throw refused(given, "the path has " + address.path.length() + " characters; Windows takes " + MAX_PATH_LENGTH);
    }
    return address;
  }

  private static IllegalArgumentException refused(String name, String why) {
    String shown = name.length() > 80 ? name.substring(0, 80) + "..." : name;
    return new IllegalArgumentException("Not the name of a pipe: \"" + shown + "\": " + why);
  }

  /**
   * The full path, in the case that was given.
   *
   * @return such as {@code \\.\pipe\name}
   */
  public String path() {
    return path;
  }

  /**
   * The machine the pipe is on.
   *
   * @return its name, {@code .} for this one
   */
  public String server() {
    return server;
  }

  /**
   * Whether the pipe is on this machine; a server can listen on no other.
   *
   * @return true for {@code \\.\pipe\...}
   */
  public boolean isLocal() {
    return server.equals(LOCAL_SERVER);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NamedPipeAddress && ((NamedPipeAddress) other).key.equals(key);
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }

  @Override
  public String toString() {
    return path;
  }
}
