// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.SocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PipeUriTest {

  @ParameterizedTest
  @CsvSource({
      "http+npipe://./pipe/docker_engine/v1.43/info?all=1, \\\\.\\pipe\\docker_engine, /v1.43/info?all=1",
      "http+npipe:////./pipe/docker_engine/_ping, \\\\.\\pipe\\docker_engine, /_ping",
      "http+npipe:////elsewhere/pipe/name/x, \\\\elsewhere\\pipe\\name, /x",
      "http+npipe://docker_engine/info, \\\\.\\pipe\\docker_engine, /info",
      "http+npipe://%5C%5C.%5Cpipe%5Ca%5Cb%2Fc/info, \\\\.\\pipe\\a\\b\\c, /info",
      "http+npipe://./pipe/a%20b+c/d%20e, \\\\.\\pipe\\a b+c, /d%20e",
      "http+npipe://name, \\\\.\\pipe\\name, /",
      "http+npipe://./pipe/name?q=1#fragment, \\\\.\\pipe\\name, /?q=1",
      "HTTP+NPIPE://server/pipe/name, \\\\.\\pipe\\server, /pipe/name",
  })
  void namesAPipeAndWhatToAskForThere(String uri, String pipe, String asked) {
    RequestOptions request = NamedPipeTransport.requestOptions(uri);
    assertEquals(SocketAddress.domainSocketAddress(pipe), request.getServer());
    assertEquals(asked, request.getURI());
    assertEquals("localhost", request.getHost());
    assertEquals(80, request.getPort());
    assertFalse(request.isSsl());
  }

  @Test
  void tlsHasASchemeOfItsOwn() {
    RequestOptions request = NamedPipeTransport.requestOptions("https+npipe://name/x");
    assertTrue(request.isSsl());
    assertEquals(443, request.getPort());
  }

  @Test
  void aWebSocketHasThePipeAsItsHost() {
    WebSocketConnectOptions options = NamedPipeTransport.webSocketOptions("http+npipe://./pipe/name/chat?x");
    assertEquals("name.npipe", options.getHost());
    assertEquals(80, options.getPort());
    assertEquals("/chat?x", options.getURI());
    assertEquals("localhost", options.getHeaders().get("host"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "http://./pipe/name", "npipe:////./pipe/name", "http+npipe:/name", "http+npipe://",
      "http+npipe:///name", "http+npipe://?x", "http+npipe:////./pipe//x", "http+npipe://%00/x", "http+npipe://%zz/x"})
  void whatNamesNoPipeIsRefusedAtOnce(String uri) {
    assertThrows(IllegalArgumentException.class, () -> NamedPipeTransport.requestOptions(uri));
  }

  @Test
  void anAddressHasOneSpelling() {
    for (String name : new String[] {"name", "\\\\.\\pipe\\name", "//./PIPE/name", "npipe:////./pipe/name"}) {
      assertEquals(SocketAddress.domainSocketAddress("\\\\.\\pipe\\name"), NamedPipeTransport.address(name));
    }
    assertThrows(IllegalArgumentException.class, () -> NamedPipeTransport.address("C:\\name"));
  }
}
