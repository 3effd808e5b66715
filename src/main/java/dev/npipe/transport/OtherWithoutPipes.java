// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import io.netty.channel.ChannelFactory;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.transport.Transport;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * A transport that is not the JDK's, such as epoll, which refuses the paths of pipes. A proxy, so that each method of
 * whatever version of Vert.x reaches the transport behind it.
 */
final class OtherWithoutPipes implements InvocationHandler {

  private final Transport platform;
  private final PipePaths paths = new PipePaths();

  private OtherWithoutPipes(Transport platform) {
    this.platform = platform;
  }

  static Transport of(Transport platform) {
    return (Transport) Proxy.newProxyInstance(Transport.class.getClassLoader(), new Class<?>[] {Transport.class},
        new OtherWithoutPipes(platform));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    switch (method.getName()) {
      case "convert":
        return arguments[0] instanceof SocketAddress
            ? paths.convert((SocketAddress) arguments[0], platform::convert)
            : asked(method, arguments);
      case "channelFactory":
      case "serverChannelFactory":
        return paths.factory((Boolean) arguments[0], (ChannelFactory<?>) asked(method, arguments));
      default:
        return asked(method, arguments);
    }
  }

  private Object asked(Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(platform, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
