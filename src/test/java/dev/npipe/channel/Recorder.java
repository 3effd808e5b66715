// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Remembers what happened to a channel, in order.
 */
final class Recorder extends ChannelInboundHandlerAdapter {

  final List<String> events = new ArrayList<>();
  final List<Throwable> failures = new ArrayList<>();
  final List<String> messages = new ArrayList<>();
  final StringBuilder received = new StringBuilder();
  NamedPipeChannel channel;
  long bytes;
  boolean allDirect = true;
  long lastAddress;
  boolean unregisteredAfterInactive;

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = (NamedPipeChannel) context.channel();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    events.add("active");
    context.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf buffer = (ByteBuf) message;
    events.add("read");
    bytes += buffer.readableBytes();
    allDirect &= buffer.isDirect();
    lastAddress = buffer.hasMemoryAddress() ? buffer.memoryAddress() + buffer.readerIndex() : 0;
    messages.add(buffer.toString(StandardCharsets.UTF_8));
    received.append(messages.get(messages.size() - 1));
    buffer.release();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    events.add("complete");
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    events.add("inactive");
  }

  @Override
  public void channelUnregistered(ChannelHandlerContext context) {
    unregisteredAfterInactive = events.contains("inactive");
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    events.add(event.getClass().getSimpleName());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    events.add("exception");
    failures.add(cause);
  }

  String text() {
    return received.toString();
  }

  /** The given events in the order of their last occurrence. */
  List<String> lastOf(String... names) {
    return List.of(names).stream()
        .sorted((one, other) -> events.lastIndexOf(one) - events.lastIndexOf(other))
        .toList();
  }
}
