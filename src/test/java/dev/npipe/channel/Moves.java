// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** How the channels of a random life get from one event loop to another. */
final class Moves {

  private final Random random;
  private final SimulatedWorld world;
  private final LifeTally tally;
  private final Set<Channel> underWay = new HashSet<>();

  Moves(Random random, SimulatedWorld world, LifeTally tally) {
    this.random = random;
    this.world = world;
    this.tally = tally;
  }

  private EventLoopGroup anyLoop() {
    return List.of(world.serverLoop, world.childLoop, world.clientLoop).get(random.nextInt(3));
  }

  /** Whether it has left one loop and has not come to the next. */
  boolean isUnderWay(Channel channel) {
    return underWay.contains(channel);
  }

  /** Whoever connects goes on with it at another event loop, or back at the same. */
  void move(ChannelFuture connect) {
    if (!connect.isDone() && move(connect.channel())) {
      tally.connectsMoved++;
    }
  }

  /** To another event loop, or back to the same. */
  void move(Party party) {
    if (move(party.channel)) {
      tally.moves++;
    }
  }

  private boolean move(Channel channel) {
    EventLoopGroup to = anyLoop();
    if (!channel.isRegistered() || !underWay.add(channel)) {
      return false;
    }
    channel.deregister().addListener(left -> {
      if (channel.isOpen()) {
        to.register(channel).addListener(registered -> underWay.remove(channel));
      }
    });
    return true;
  }
}
