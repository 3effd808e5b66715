// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import dev.npipe.channel.NamedPipeAddress;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.VertxServiceProvider;
import io.vertx.core.spi.transport.Transport;

/**
 * Has a Vert.x that is built without {@link NamedPipeTransport} refuse the paths of pipes, with an
 * {@link IllegalStateException} that names the transport. Otherwise it would take such a path for that of a Unix domain
 * socket, and make a file of that name where it can. Not for applications: Vert.x finds it by itself.
 *
 * <p>Nothing else changes for that Vert.x, least of all for TCP and UDP. Where Vert.x runs as a module of its own,
 * which hides the JDK's transport from others, it is left as it is; so is a transport that is not available, for which
 * Vert.x itself takes the JDK's, one that an application has derived from the JDK's, and one that makes pipes of such
 * paths. Providers that come after this one find a transport set.
 */
public final class PipePathGuard implements VertxServiceProvider {

  /** For the service loader. */
  public PipePathGuard() {
    // Nothing is kept.
  }

  @Override
  public void init(VertxBootstrap bootstrap) {
    bootstrap.transport(withoutPipes(bootstrap.transport()));
  }

  private static Transport withoutPipes(Transport given) {
    if (given instanceof PipeTransport) {
      return given;
    }
    try {
      Class<?> nio = NioWithoutPipes.class.getSuperclass();
      if (given == null || given.getClass() == nio) {
        return new NioWithoutPipes();
      }
      return nio.isInstance(given) || makesPipes(given) ? given : OtherWithoutPipes.of(given);
    } catch (LinkageError hidden) {
      // Better no explanation for the path of a pipe than no Vert.x.
      return given;
    }
  }

  /** Whether it is this library's behind one of an application. */
  private static boolean makesPipes(Transport given) {
    try {
      return given.convert(SocketAddress.domainSocketAddress("\\\\.\\pipe\\npipe")) instanceof NamedPipeAddress;
    } catch (RuntimeException | LinkageError e) {
      // It has no domain sockets, or not on this system.
      return false;
    }
  }
}
