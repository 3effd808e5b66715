// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import io.vertx.core.Promise;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** An event bus whose registrations stand when the test says so, as those on a cluster take their time. */
final class HeldRegistrations {

  /** For the test. */
  final Promise<Void> completion = Promise.promise();

  EventBus of(EventBus bus) {
    return (EventBus) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {EventBus.class},
        (proxy, method, arguments) -> {
          Object result = call(bus, method, arguments);
          return result instanceof MessageConsumer ? of((MessageConsumer<?>) result) : result;
        });
  }

  private MessageConsumer<?> of(MessageConsumer<?> consumer) {
    return (MessageConsumer<?>) Proxy.newProxyInstance(getClass().getClassLoader(),
        new Class<?>[] {MessageConsumer.class}, (proxy, method, arguments) ->
            method.getName().equals("completion") ? completion.future() : call(consumer, method, arguments));
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
