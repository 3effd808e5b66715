// SPDX-License-Identifier: Apache-2.0
/**
 * Windows named pipes for Vert.x and Netty.
 */
module dev.npipe {

  requires transitive io.vertx.core;
  requires transitive io.netty.buffer;
  requires transitive io.netty.common;
  requires transitive io.netty.transport;
  requires io.netty.handler;
  requires io.vertx.core.logging;
  requires com.sun.jna;

  // For who uses the event-bus bridge

  requires static transitive io.vertx.eventbusbridge.common;

  // For who deploys the verticles

  requires static io.vertx.jsonschema;

  // For who starts the application

  requires static transitive io.vertx.launcher.application;

  // Annotation processing

  requires static io.vertx.codegen.api;
  requires static io.vertx.codegen.json;

  // API

  exports dev.npipe;
  exports dev.npipe.channel;
  exports dev.npipe.eventbus;
  exports dev.npipe.transport;
  exports dev.npipe.verticle;

  // For Vert.x

  provides io.vertx.core.spi.VertxServiceProvider with dev.npipe.transport.PipePathGuard;
}
