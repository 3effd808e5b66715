// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import dev.npipe.channel.NamedPipeAddress;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An {@code http+npipe} URI taken apart.
 */
final class PipeUri {

  private static final String FORMS =
      "the forms are http+npipe://./pipe/name/path and http+npipe://percent-encoded-name/path";
  private static final Pattern SCHEME = Pattern.compile("http(s?)\\+npipe://(.*)",
      Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  // The second form before the third, in which "." would be a name and "/pipe/..." what is asked for.
  private static final Pattern REST = Pattern.compile(
      "(?:(?://(?<server>[^/?#]+)|\\.)/pipe/(?<pipe>[^/?#]+)|(?<name>[^/?#]+))(?<uri>[^#]*)(?:#.*)?", Pattern.DOTALL);
  private static final String LOCALHOST = "localhost";
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  private final NamedPipeAddress pipe;
  private final boolean tls;
  private final String uri;

  private PipeUri(NamedPipeAddress pipe, boolean tls, String uri) {
    this.pipe = pipe;
    this.tls = tls;
    this.uri = uri;
  }

  static PipeUri parse(String given) {
    Matcher scheme = SCHEME.matcher(Objects.requireNonNull(given, "the URI is null"));
    if (!scheme.matches()) {
      throw new IllegalArgumentException("Not an HTTP URI of a pipe: \"" + given + "\": " + FORMS);
    }
    Matcher rest = REST.matcher(scheme.group(2));
    if (!rest.matches()) {
      throw new IllegalArgumentException("No pipe in the URI \"" + given + "\": " + FORMS);
    }
    String uri = rest.group("uri");
    return new PipeUri(NamedPipeAddress.of(name(rest)), !scheme.group(1).isEmpty(),
        uri.startsWith("/") ? uri : "/" + uri);
  }

  private static String name(Matcher rest) {
    if (rest.group("name") != null) {
      return decoded(rest.group("name"));
    }
    String server = rest.group("server");
    return "\\\\" + (server == null ? "." : decoded(server)) + "\\pipe\\" + decoded(rest.group("pipe"));
  }

  /** Without the plus sign that means a space in forms only. */
  private static String decoded(String encoded) {
    return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  RequestOptions request() {
    return applyTo(new RequestOptions()).setHost(LOCALHOST);
  }

  /** With the pipe as the host, since Vert.x's WebSocket client passes over the server's address. */
  WebSocketConnectOptions webSocket() {
    WebSocketConnectOptions options = new WebSocketConnectOptions();
    applyTo(options).setHost(PipeHost.of(pipe));
    return options.addHeader(HttpHeaders.HOST, LOCALHOST);
  }

  private RequestOptions applyTo(RequestOptions options) {
    return options.setServer(SocketAddress.domainSocketAddress(pipe.path()))
        .setPort(tls ? HTTPS_PORT : HTTP_PORT)
        .setSsl(tls)
        .setURI(uri);
  }
}
