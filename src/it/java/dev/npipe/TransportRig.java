// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.npipe.transport.NamedPipeTransport;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Vert.x with the transport, on few event loops so that pipes and sockets share them; and an ear on Netty's log. */
abstract class TransportRig extends PipeRig {

  static final int EVENT_LOOPS = 2;

  // Made by newVertx, which the superclass calls before this class's initialisers run.
  NamedPipeTransport transport;

  final SocketAddress address = NamedPipeTransport.address(name);

  private final OptionWarnings warnings = new OptionWarnings();

  /** Netty tells of a channel option that a channel does not know, or could not set, in its log only. */
  private static final class OptionWarnings extends Handler {

    private final List<String> messages = new CopyOnWriteArrayList<>();

    @Override
    public void publish(LogRecord event) {
      if (String.valueOf(event.getMessage()).contains("channel option")) {
        messages.add(event.getMessage());
      }
    }

    @Override
    public void flush() {
      // Nothing is buffered.
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  @Override
  Vertx newVertx() {
    transport = NamedPipeTransport.create();
    return newVertx(transport);
  }

  /** The one place where a Vert.x with the transport is built. */
  static Vertx newVertx(NamedPipeTransport transport) {
    return Driver.current().build(
        Vertx.builder().with(new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS)), transport);
  }

  @BeforeEach
  void listenToTheLog() {
    LogManager.getLogManager().getLogger("").addHandler(warnings);
  }

  @AfterEach
  void noChannelOptionWasUnknown() {
    LogManager.getLogManager().getLogger("").removeHandler(warnings);
    assertEquals(List.of(), warnings.messages);
  }

  /** A certificate for localhost that signed itself. */
  static final class Certificate {

    private final X509Bundle bundle;

    Certificate() throws Exception {
      bundle = new CertificateBuilder().subject("CN=localhost").addSanDnsName("localhost")
          .setIsCertificateAuthority(true).buildSelfSigned();
    }

    PemKeyCertOptions key() {
      return new PemKeyCertOptions().setKeyValue(Buffer.buffer(bundle.getPrivateKeyPEM()))
          .setCertValue(Buffer.buffer(bundle.getCertificatePathPEM()));
    }

    PemTrustOptions trust() {
      return new PemTrustOptions().addCertValue(Buffer.buffer(bundle.getCertificatePEM()));
    }
  }
}
